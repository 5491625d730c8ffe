using Google.Protobuf.Reflection;

namespace WinApi.Native.Generator.Schema;

/// <summary>Finds fields and methods whose types come from files that are not proto3.</summary>
internal static class FieldCheck
{
    public static void Run(FileDescriptor file, Problems problems)
    {
        foreach (MessageDescriptor message in Walk.Messages(file))
        {
            foreach (FieldDescriptor field in message.Fields.InDeclarationOrder())
            {
                CheckField(field, problems);
            }
        }

        foreach (MethodDescriptor method in file.Services.SelectMany(service => service.Methods))
        {
            CheckType(method, method.InputType, problems);
            CheckType(method, method.OutputType, problems);
        }
    }

    private static void CheckField(FieldDescriptor field, Problems problems)
    {
        switch (field.FieldType)
        {
            case FieldType.Group:
                problems.Add(field, $"'{field.Name}' is a group; C is generated for proto3, which has none: use a message");
                break;
            case FieldType.Message:
                CheckType(field, field.MessageType, problems);
                break;
            case FieldType.Enum:
                CheckType(field, field.EnumType, problems);
                break;
        }
    }

    private static void CheckType(IDescriptor where, IDescriptor type, Problems problems)
    {
        if (type.File.ToProto().Syntax != "proto3")
        {
            problems.Add(where, $"'{where.Name}' has the type {type.FullName} of {type.File.Name}, which is not proto3");
        }
    }
}
