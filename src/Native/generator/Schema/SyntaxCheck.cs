using Google.Protobuf.Compiler;
using Google.Protobuf.Reflection;

namespace WinApi.Native.Generator.Schema;

/// <summary>Finds what a file may not hold at all: another syntax than proto3, and extensions.</summary>
internal static class SyntaxCheck
{
    public static void Run(CodeGeneratorRequest request, Problems problems)
    {
        foreach (FileDescriptorProto file in request.ProtoFile)
        {
            if (!request.FileToGenerate.Contains(file.Name))
            {
                continue;
            }

            CheckSyntax(file, problems);
            for (int index = 0; index < file.Extension.Count; index++)
            {
                Refuse(file, file.Extension[index], problems, FileDescriptorProto.ExtensionFieldNumber, index);
            }

            for (int index = 0; index < file.MessageType.Count; index++)
            {
                CheckMessage(file, file.MessageType[index], problems,
                    [FileDescriptorProto.MessageTypeFieldNumber, index]);
            }
        }
    }

    private static void CheckSyntax(FileDescriptorProto file, Problems problems)
    {
        const int editionFieldNumber = 14;
        (string syntax, int field) = file.Syntax switch
        {
            "proto3" => ("", 0),
            "" or "proto2" => ("proto2", FileDescriptorProto.SyntaxFieldNumber),
            _ => ("an edition", editionFieldNumber),
        };
        if (syntax.Length > 0)
        {
            SourcePlace place = SourcePlace.Of(file, field);
            problems.Add(file, place, $"this file is {syntax}; C is generated for proto3: write syntax = \"proto3\";");
        }
    }

    private static void CheckMessage(FileDescriptorProto file, DescriptorProto message, Problems problems, int[] path)
    {
        for (int index = 0; index < message.Extension.Count; index++)
        {
            Refuse(file, message.Extension[index], problems, [.. path, DescriptorProto.ExtensionFieldNumber, index]);
        }

        for (int index = 0; index < message.NestedType.Count; index++)
        {
            CheckMessage(file, message.NestedType[index], problems,
                [.. path, DescriptorProto.NestedTypeFieldNumber, index]);
        }
    }

    private static void Refuse(FileDescriptorProto file, FieldDescriptorProto extension, Problems problems,
        params int[] path) =>
        problems.Add(file, SourcePlace.Of(file, path),
            $"'{extension.Name}' extends {extension.Extendee.TrimStart('.')}; C has no extensions: "
            + "move it to a .proto that is only imported");
}
