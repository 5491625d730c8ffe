using Google.Protobuf.Compiler;
using Google.Protobuf.Reflection;
using WinApi.Native.Generator.Output;
using WinApi.Native.Generator.Schema;

namespace WinApi.Native.Generator;

/// <summary>Answers one request of protoc: a header and a source file for each .proto it names, or what is wrong.</summary>
internal static class Plugin
{
    public static CodeGeneratorResponse Respond(CodeGeneratorRequest request)
    {
        var response = new CodeGeneratorResponse
        {
            // Editions are refused here, where the refusal can name the line.
            SupportedFeatures = (ulong)(CodeGeneratorResponse.Types.Feature.Proto3Optional
                | CodeGeneratorResponse.Types.Feature.SupportsEditions),
            MinimumEdition = (int)Edition.Proto2,
            MaximumEdition = (int)Edition._2024,
        };
        var problems = new Problems();
        if (request.Parameter.Length > 0)
        {
            problems.Add($"--winapi-c_opt={request.Parameter}: this plugin has no options; leave it away");
        }

        SyntaxCheck.Run(request, problems);
        if (problems.None)
        {
            Generate(request, response, problems);
        }

        if (!problems.None)
        {
            response.File.Clear();
            response.Error = problems.Text;
        }

        return response;
    }

    private static void Generate(CodeGeneratorRequest request, CodeGeneratorResponse response, Problems problems)
    {
        IReadOnlyDictionary<string, FileDescriptor> files = LinkedFiles.Of(request);
        var names = new NameCheck(problems);
        foreach (string path in request.FileToGenerate)
        {
            FileDescriptor file = files[path];
            FieldCheck.Run(file, problems);
            names.Add(file);
            if (problems.None)
            {
                response.File.Add(Written(CName.HeaderPath(file), HeaderFile.Write(file)));
                response.File.Add(Written(CName.SourcePath(file), SourceFile.Write(file)));
            }
        }
    }

    private static CodeGeneratorResponse.Types.File Written(string path, string content) =>
        new() { Name = path, Content = content };
}
