using Google.Protobuf.Reflection;
using WinApi.Native.Generator.Schema;

namespace WinApi.Native.Generator.Output;

/// <summary>Carries comments of a .proto over to C.</summary>
internal static class Comment
{
    /// <summary>The comment before a part, and the one behind it on its line.</summary>
    public static CodeText About(this CodeText code, IDescriptor part)
    {
        DescriptorDeclaration? declaration = Declared.Of(part);
        List<string> lines = [.. Lines(declaration?.LeadingComments), .. Lines(declaration?.TrailingComments)];
        if (IsDeprecated(part))
        {
            lines.Add("Deprecated.");
        }

        return code.Block(lines);
    }

    public static CodeText Block(this CodeText code, IReadOnlyList<string> lines)
    {
        if (lines.Count == 0)
        {
            return code;
        }

        if (lines.Count == 1)
        {
            return code.Text($"/* {lines[0]} */");
        }

        code.Text($"/* {lines[0]}");
        for (int index = 1; index < lines.Count; index++)
        {
            string end = index == lines.Count - 1 ? " */" : "";
            code.Text(lines[index].Length == 0 && end.Length == 0 ? "" : $"   {lines[index]}{end}");
        }

        return code;
    }

    /// <summary>The comment's lines without what marks it as one, and safe inside a C comment.</summary>
    public static IReadOnlyList<string> Lines(string? comment)
    {
        if (string.IsNullOrWhiteSpace(comment))
        {
            return [];
        }

        string safe = comment.Replace("*/", "* /", StringComparison.Ordinal)
            .Replace("/*", "/ *", StringComparison.Ordinal);
        List<string> lines = [.. safe.Split('\n').Select(line => line.TrimEnd())];
        if (lines.All(line => line.Length == 0 || line[0] == ' '))
        {
            lines = [.. lines.Select(line => line.Length == 0 ? line : line[1..])];
        }

        int first = lines.FindIndex(line => line.Length > 0);
        int last = lines.FindLastIndex(line => line.Length > 0);
        return lines[first..(last + 1)];
    }

    private static bool IsDeprecated(IDescriptor part) => part switch
    {
        MessageDescriptor message => message.GetOptions()?.Deprecated ?? false,
        FieldDescriptor field => field.GetOptions()?.Deprecated ?? false,
        EnumDescriptor type => type.GetOptions()?.Deprecated ?? false,
        EnumValueDescriptor value => value.GetOptions()?.Deprecated ?? false,
        ServiceDescriptor service => service.GetOptions()?.Deprecated ?? false,
        MethodDescriptor method => method.GetOptions()?.Deprecated ?? false,
        _ => false,
    };
}
