using Google.Protobuf.Reflection;

namespace WinApi.Native.Generator.Schema;

/// <summary>What the parts of a .proto are called in C: full names with '_' for '.', so all begin with the package.</summary>
internal static class CName
{
    public static string HeaderPath(FileDescriptor file) => Stem(file) + ".winapi.h";

    public static string SourcePath(FileDescriptor file) => Stem(file) + ".winapi.c";

    public static string Guard(FileDescriptor file) =>
        string.Concat(HeaderPath(file).Select(letter => char.IsAsciiLetterOrDigit(letter)
            ? char.ToUpperInvariant(letter)
            : '_'));

    public static string Of(MessageDescriptor message) => Full(message);

    public static string Of(EnumDescriptor type) => Full(type);

    /// <summary>As in C++, a value is named beside its enum and not inside it.</summary>
    public static string Of(EnumValueDescriptor value) =>
        value.EnumDescriptor.ContainingType is { } outer
            ? $"{Of(outer)}_{value.Name}"
            : Prefixed(value.File, value.Name);

    public static string Of(MethodDescriptor method) => $"{Full(method.Service)}_{method.Name}";

    public static string Table(MessageDescriptor message) => Of(message) + "_type";

    public static string Fields(MessageDescriptor message) => Of(message) + "_fields";

    public static string Member(FieldDescriptor field) => ReservedWords.Avoid(field.Name);

    public static string Member(OneofDescriptor oneof) => ReservedWords.Avoid(oneof.Name);

    /// <summary>Inside the union of a oneof; `which` is beside it.</summary>
    public static string UnionMember(FieldDescriptor field) => field.Name == "which" ? "which_" : Member(field);

    public static string Has(FieldDescriptor field) => "has_" + field.Name;

    public static string Cases(OneofDescriptor oneof) => $"{Of(oneof.ContainingType)}_{oneof.Name}_case";

    public static string NoCase(OneofDescriptor oneof) => $"{Of(oneof.ContainingType)}_{oneof.Name}_NOT_SET";

    public static string Case(FieldDescriptor field) =>
        $"{Of(field.ContainingType)}_{field.RealContainingOneof.Name}_{field.Name}";

    private static string Stem(FileDescriptor file) =>
        file.Name.EndsWith(".proto", StringComparison.Ordinal) ? file.Name[..^".proto".Length] : file.Name;

    private static string Full(IDescriptor part) =>
        Prefixed(part.File, part.File.Package.Length == 0 ? part.FullName : part.FullName[(part.File.Package.Length + 1)..]);

    private static string Prefixed(FileDescriptor file, string name)
    {
        // libwinapi brings the well-known types, and every symbol of its own begins with winapi_.
        string package = file.Package == "google.protobuf" ? "winapi.google.protobuf" : file.Package;
        return (package.Length == 0 ? name : $"{package}.{name}").Replace('.', '_');
    }
}
