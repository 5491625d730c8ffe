using System.Text;

namespace WinApi.Native.Generator.Output;

/// <summary>Lines of C, indented by four spaces a level, each ended by a line feed on every system.</summary>
internal sealed class CodeText
{
    private const int Width = 120;
    private const int DeepestAlignment = 70;

    private readonly StringBuilder _text = new();
    private int _level;

    /// <summary>Code; where it is too long it goes on in the next line behind a comma, below the first parameter.</summary>
    public CodeText Line(string line = "")
    {
        string rest = line.Length == 0 ? line : new string(' ', _level * 4) + line;
        string indent = new(' ', Alignment(rest));
        while (rest.Length > Width)
        {
            int comma = rest.LastIndexOf(", ", Width - 1, StringComparison.Ordinal);
            if (comma <= indent.Length)
            {
                break;
            }

            _text.Append(rest, 0, comma + 1).Append('\n');
            rest = indent + rest[(comma + 2)..];
        }

        _text.Append(rest).Append('\n');
        return this;
    }

    /// <summary>Text that has its own line ends already.</summary>
    public CodeText Text(string line)
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

    private int Alignment(string line)
    {
        int bracket = line.IndexOfAny(['(', '{']);
        int column = bracket < 0 ? 0 : bracket + (line[bracket] == '{' ? 2 : 1);
        return column is 0 or > DeepestAlignment ? (_level + 2) * 4 : column;
    }
}
