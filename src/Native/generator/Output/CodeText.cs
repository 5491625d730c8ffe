using System.Text;

namespace WinApi.Native.Generator.Output;

/// <summary>Lines of C, indented by four spaces a level, each ended by a line feed on every system.</summary>
internal sealed class CodeText
{
    private readonly StringBuilder _text = new();
    private int _level;

    public CodeText Line(string line = "")
    {
        if (line.Length > 0)
        {
            _text.Append(' ', _level * 4).Append(line);
        }

        _text.Append('\n');
        return this;
    }

    public CodeText Open(string line)
    {
        Line(line);
        _level++;
        return this;
    }

    public CodeText Close(string line)
    {
        _level--;
        return Line(line);
    }

    public override string ToString() => _text.ToString();
}
