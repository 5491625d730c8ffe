namespace WinApi.Client.Command.Git;

/// <summary>What git says on standard input: lines of name=value, ended by an empty one (git-credential(1)).</summary>
internal sealed class GitAttributes
{
    private readonly Dictionary<string, string> _values = [];

    private GitAttributes()
    {
    }

    /// <summary>Null where git says nothing of it.</summary>
    public string? this[string name] => _values.GetValueOrDefault(name);

    public static GitAttributes Read(TextReader input)
    {
        var attributes = new GitAttributes();
        while (input.ReadLine() is { Length: > 0 } line)
        {
            var end = line.IndexOf('=', StringComparison.Ordinal);
            if (end > 0)
            {
                attributes._values[line[..end]] = line[(end + 1)..];
            }
        }

        return attributes;
    }
}
