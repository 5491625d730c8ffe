using Google.Protobuf.Reflection;
using WinApi.Native.Generator.Schema;

namespace WinApi.Native.Generator.Output;

/// <summary>The struct of a message, as message.h describes it.</summary>
internal static class MessageStruct
{
    public static void Write(CodeText code, MessageDescriptor message)
    {
        var oneofs = message.Oneofs.Where(oneof => !oneof.IsSynthetic).ToList();
        foreach (OneofDescriptor oneof in oneofs)
        {
            WriteCases(code, oneof);
        }

        code.About(message).Open($"struct {CName.Of(message)} {{");
        foreach (FieldDescriptor field in message.Fields.InDeclarationOrder())
        {
            if (field.RealContainingOneof is not { } oneof)
            {
                WriteMember(code, field);
            }
            else if (oneof.Fields[0] == field)
            {
                WriteOneof(code, oneof);
            }
        }

        if (message.Fields.InDeclarationOrder().Count == 0)
        {
            code.Line("uint8_t no_fields; /* C has no empty structs */");
        }

        code.Close("};").Line();
        if (!IsMapEntry(message))
        {
            code.Line($"extern const winapi_message_type {CName.Table(message)};").Line();
        }
    }

    public static bool IsMapEntry(MessageDescriptor message) => message.GetOptions()?.MapEntry ?? false;

    private static void WriteCases(CodeText code, OneofDescriptor oneof)
    {
        code.Open("typedef enum {").Line($"{CName.NoCase(oneof)} = 0,");
        for (int index = 0; index < oneof.Fields.Count; index++)
        {
            string comma = index == oneof.Fields.Count - 1 ? "" : ",";
            code.Line($"{CName.Case(oneof.Fields[index])} = {oneof.Fields[index].FieldNumber}{comma}");
        }

        code.Close($"}} {CName.Cases(oneof)};").Line();
    }

    private static void WriteOneof(CodeText code, OneofDescriptor oneof)
    {
        code.About(oneof).Open("struct {").Line($"{CName.Cases(oneof)} which;").Open("union {");
        foreach (FieldDescriptor field in oneof.Fields)
        {
            code.About(field).Line(CType.Declare(field, CName.UnionMember(field)) + ";");
        }

        code.Close("};").Close($"}} {CName.Member(oneof)};");
    }

    private static void WriteMember(CodeText code, FieldDescriptor field)
    {
        code.About(field);
        string name = CName.Member(field);
        switch (FieldShape.Of(field))
        {
            case FieldShape.Repeated or FieldShape.Packed or FieldShape.Map:
                code.Open("struct {").Line($"{CType.Item(field)} *items;").Line("size_t count;").Close($"}} {name};");
                break;
            case FieldShape.Optional:
                code.Line($"bool {CName.Has(field)};").Line(CType.Declare(field, name) + ";");
                break;
            default:
                code.Line(CType.Declare(field, name) + ";");
                break;
        }
    }
}
