using Google.Protobuf;
using Google.Protobuf.Compiler;
using Google.Protobuf.Reflection;

namespace WinApi.Native.Generator.Schema;

/// <summary>The files of a request with their types resolved, by path.</summary>
internal static class LinkedFiles
{
    public static IReadOnlyDictionary<string, FileDescriptor> Of(CodeGeneratorRequest request)
    {
        // protoc sends every file after those it imports.
        IReadOnlyList<FileDescriptor> linked =
            FileDescriptor.BuildFromByteStrings(request.ProtoFile.Select(file => file.ToByteString()));
        return linked.ToDictionary(file => file.Name, StringComparer.Ordinal);
    }
}
