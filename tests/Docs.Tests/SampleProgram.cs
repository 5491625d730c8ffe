using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace WinApi.Docs.Tests;

/// <summary>Samples that are one program: types beside each other, the rest one method from top to bottom.</summary>
internal sealed class SampleProgram
{
    private const string Usings = """
        using System; using System.Collections.Generic; using System.IO; using System.Linq; using System.Threading; using System.Threading.Tasks;
        using Grpc.Core; using WinApi; using WinApi.Client; using WinApi.Transport.Http2; using WinApi.Transport.HyperV; using WinApi.V1;
        """;

    private readonly Func<TextWriter, Task> _main;

    private SampleProgram(Func<TextWriter, Task> main) => _main = main;

    public static SampleProgram Of(IReadOnlyList<Fence> samples, Func<string, string> adapt)
    {
        string[] types = [.. samples.Where(IsType).Select(fence => adapt(fence.Text))];
        string[] statements = [.. samples.Where(fence => !IsType(fence) && !IsUsings(fence)).Select(fence =>
            $"#line {fence.Line + 1} \"{fence.Document}\"\n{adapt(fence.Text)}")];
        return Compile($$"""
            {{Usings}}
            {{string.Join('\n', types)}}
            static class Samples
            {
                public static async Task RunAsync(TextWriter Console)
                {
            {{string.Join('\n', statements)}}
                }
            }
            """);
    }

    /// <summary>What it printed.</summary>
    public async Task<string> RunAsync()
    {
        using var printed = new StringWriter();
        await _main(printed);
        return printed.ToString();
    }

    private static bool IsType(Fence fence) => fence.Text.Contains("class ", StringComparison.Ordinal);

    private static bool IsUsings(Fence fence) => fence.Text.Split('\n').All(line => line.StartsWith("using ", StringComparison.Ordinal)
        && !line.Contains('=', StringComparison.Ordinal));

    private static SampleProgram Compile(string source)
    {
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path));
        var compilation = CSharpCompilation.Create(
            $"Samples{Guid.NewGuid():N}", [CSharpSyntaxTree.ParseText(source)], references,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        using var image = new MemoryStream();
        var result = compilation.Emit(image);
        result.Diagnostics.Where(found => found.Severity == DiagnosticSeverity.Error).Should().BeEmpty();
        var main = Assembly.Load(image.ToArray()).GetType("Samples")!.GetMethod("RunAsync")!;
        return new SampleProgram(main.CreateDelegate<Func<TextWriter, Task>>());
    }
}
