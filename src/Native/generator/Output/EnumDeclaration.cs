using System.Globalization;
using Google.Protobuf.Reflection;
using WinApi.Native.Generator.Schema;

namespace WinApi.Native.Generator.Output;

/// <summary>An enum of a .proto. It is open: a field may hold any number, so its type is int32_t and not a C enum.</summary>
internal static class EnumDeclaration
{
    public static void Write(CodeText code, EnumDescriptor type)
    {
        code.About(type).Line($"typedef int32_t {CName.Of(type)};").Open("enum {");
        for (int index = 0; index < type.Values.Count; index++)
        {
            EnumValueDescriptor value = type.Values[index];
            string comma = index == type.Values.Count - 1 ? "" : ",";
            code.About(value).Line($"{CName.Of(value)} = {Number(value.Number)}{comma}");
        }

        code.Close("};").Line();
    }

    /// <summary>2147483648 is no int in C, so its negation is none either.</summary>
    private static string Number(int number) =>
        number == int.MinValue ? "INT32_MIN" : number.ToString(CultureInfo.InvariantCulture);
}
