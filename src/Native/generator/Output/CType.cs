using Google.Protobuf.Reflection;
using WinApi.Native.Generator.Schema;

namespace WinApi.Native.Generator.Output;

/// <summary>The C type and the winapi_field_kind of a field's values.</summary>
internal static class CType
{
    /// <summary>As an item of an array: messages lie in it by value.</summary>
    public static string Item(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Double => "double",
        FieldType.Float => "float",
        FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64 => "int64_t",
        FieldType.UInt64 or FieldType.Fixed64 => "uint64_t",
        FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32 => "int32_t",
        FieldType.UInt32 or FieldType.Fixed32 => "uint32_t",
        FieldType.Bool => "bool",
        FieldType.String => "winapi_string",
        FieldType.Bytes => "winapi_bytes",
        FieldType.Enum => CName.Of(field.EnumType),
        FieldType.Message => CName.Of(field.MessageType),
        _ => throw new InvalidOperationException($"{field.FullName}: no C type for {field.FieldType}"),
    };

    /// <summary>"type name" of a member that is not repeated: messages are pointed to.</summary>
    public static string Declare(FieldDescriptor field, string name) =>
        field.FieldType == FieldType.Message ? $"{Item(field)} *{name}" : $"{Item(field)} {name}";

    public static string Kind(FieldDescriptor field) =>
        "WINAPI_FIELD_" + field.FieldType.ToString().ToUpperInvariant();
}
