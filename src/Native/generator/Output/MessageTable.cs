using Google.Protobuf.Reflection;
using WinApi.Native.Generator.Schema;

namespace WinApi.Native.Generator.Output;

/// <summary>The table of a message, which the runtime works by.</summary>
internal static class MessageTable
{
    public static void Write(CodeText code, MessageDescriptor message)
    {
        IList<FieldDescriptor> fields = message.Fields.InFieldNumberOrder();
        if (fields.Count > 0)
        {
            code.Open($"static const winapi_field {CName.Fields(message)}[] = {{");
            foreach (FieldDescriptor field in fields)
            {
                code.Line($"{{ {Entry(field)} }},");
            }

            code.Close("};").Line();
        }

        // The table of a map entry is known to the message that holds the map alone.
        string linkage = MessageStruct.IsMapEntry(message) ? "static const" : "const";
        code.Open($"{linkage} winapi_message_type {CName.Table(message)} = {{")
            .Line($".name = \"{message.FullName}\",")
            .Line($".fields = {(fields.Count > 0 ? CName.Fields(message) : "NULL")},")
            .Line($".field_count = {fields.Count},")
            .Line($".size = sizeof({CName.Of(message)}),")
            .Line($".flags = {Flags(message)},")
            .Close("};").Line();
    }

    private static string Entry(FieldDescriptor field)
    {
        string shape = FieldShape.Of(field);
        string owner = CName.Of(field.ContainingType);
        string member = shape == FieldShape.Oneof
            ? $"{CName.Member(field.RealContainingOneof)}.{CName.UnionMember(field)}"
            : CName.Member(field);
        string entry = $".number = {field.FieldNumber}, .kind = {CType.Kind(field)}, .shape = WINAPI_FIELD_{shape}, "
            + $".offset = offsetof({owner}, {member})";
        string? presence = shape switch
        {
            FieldShape.Oneof => CName.Member(field.RealContainingOneof) + ".which",
            FieldShape.Optional => CName.Has(field),
            _ => null,
        };
        entry += presence is null ? "" : $", .presence = offsetof({owner}, {presence})";
        return field.FieldType == FieldType.Message ? $"{entry}, .message = &{CName.Table(field.MessageType)}" : entry;
    }

    private static string Flags(MessageDescriptor message)
    {
        List<string> flags = [];
        if (message.FullName == Contents.BufferRef)
        {
            flags.Add("WINAPI_MESSAGE_IS_BUFFER_REF");
        }

        if (Contents.HoldsBufferRef(message))
        {
            flags.Add("WINAPI_MESSAGE_HOLDS_BUFFER_REF");
        }

        if (Contents.HoldsMap(message))
        {
            flags.Add("WINAPI_MESSAGE_HOLDS_MAP");
        }

        return flags.Count == 0 ? "0" : string.Join(" | ", flags);
    }
}
