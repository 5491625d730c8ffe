using Google.Protobuf.Reflection;

namespace WinApi.Native.Generator.Schema;

/// <summary>How a field is present or repeated: the winapi_field_shape of message.h.</summary>
internal static class FieldShape
{
    public const string Plain = "PLAIN";
    public const string Optional = "OPTIONAL";
    public const string Oneof = "ONEOF";
    public const string Repeated = "REPEATED";
    public const string Packed = "PACKED";
    public const string Map = "MAP";

    public static string Of(FieldDescriptor field)
    {
        if (field.IsMap)
        {
            return Map;
        }

        if (field.IsRepeated)
        {
            // IsPacked alone is true for strings and messages too.
            return field.IsPacked && IsNumber(field) ? Packed : Repeated;
        }

        if (field.RealContainingOneof is not null)
        {
            return Oneof;
        }

        return field.HasPresence && field.FieldType != FieldType.Message ? Optional : Plain;
    }

    private static bool IsNumber(FieldDescriptor field) =>
        field.FieldType is not (FieldType.String or FieldType.Bytes or FieldType.Message or FieldType.Group);
}
