using WinApi.Native.Tests.Native;

namespace WinApi.Native.Tests.Generator;

/// <summary>A folder of .proto files of a test, and what is generated from them. Disposing removes it.</summary>
internal sealed class ProtoFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("winapi-protos-").FullName;

    public string Output => Path.Combine(Root, "generated");

    public ProtoFolder With(string name, string text)
    {
        string path = Path.Combine(Root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return this;
    }

    /// <summary>Runs protoc with the plugin on these files.</summary>
    public CommandRun Generate(params string[] names)
    {
        Directory.CreateDirectory(Output);
        return CommandRun.Of(ToolPaths.Protoc,
        [
            $"--plugin=protoc-gen-winapi-c={ToolPaths.Plugin}", $"--winapi-c_out={Output}", $"-I{Root}",
            $"-I{ToolPaths.WellKnownProtos}", .. names,
        ]);
    }

    /// <summary>Generates one file that is all right, and gives its header.</summary>
    public string Header(string name)
    {
        CommandRun run = Generate(name);
        run.ExitCode.Should().Be(0, run.Output);
        return Read(Path.ChangeExtension(name, ".winapi.h"));
    }

    public string Read(string name) => File.ReadAllText(Path.Combine(Output, name));

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
