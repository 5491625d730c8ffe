using Google.Protobuf.Reflection;

namespace WinApi.Native.Generator.Schema;

/// <summary>What cannot be generated, each with its place: "file:line:column: text", one to a line.</summary>
internal sealed class Problems
{
    private readonly List<string> _lines = [];

    public bool None => _lines.Count == 0;

    public string Text => string.Join('\n', _lines);

    public void Add(string text) => _lines.Add(text);

    public void Add(FileDescriptorProto file, SourcePlace place, string text) =>
        _lines.Add($"{file.Name}:{place.Line}:{place.Column}: {text}");

    public void Add(IDescriptor where, string text)
    {
        DescriptorDeclaration? declaration = Declared.Of(where);
        _lines.Add(declaration is null
            ? $"{where.File.Name}: {text}"
            : $"{where.File.Name}:{declaration.StartLine}:{declaration.StartColumn}: {text}");
    }
}
