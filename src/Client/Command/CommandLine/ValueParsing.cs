using System.CommandLine.Parsing;
using System.Globalization;
using WinApi.Transport.Http2;
using WinApi.Transport.HyperV;
using WinApi.V1;

namespace WinApi.Client.Command.CommandLine;

/// <summary>Parsers for the values of options; each says in one line what it expected.</summary>
internal static class ValueParsing
{
    public static string Endpoint(ArgumentResult argument)
    {
        if (!WinApiChannel.IsHttp(Token(argument)) && !TransportEndpoint.TryParse(Token(argument), out _, out var error))
        {
            Refuse(argument, $"{error}; and http:// or https:// for gRPC");
        }

        return Token(argument);
    }

    public static TimeSpan? Timeout(ArgumentResult argument)
    {
        if (Duration.TryParse(Token(argument), out var duration, out var error))
        {
            return duration;
        }

        Refuse(argument, error);
        return null;
    }

    /// <summary>A size of at least 1 byte and at most <paramref name="max"/>.</summary>
    public static Func<ArgumentResult, DataSize> Size(long max) => argument =>
    {
        if (!DataSize.TryParse(Token(argument), out var size))
        {
            Refuse(argument, $"'{Token(argument)}' is not a size; write bytes, or a number with a unit: 4KiB, 1MiB, 100MB");
        }
        else if (size.Bytes < 1 || size.Bytes > max)
        {
            Refuse(argument, $"'{Token(argument)}' is out of range; give 1 byte to {new DataSize(max)}");
        }

        return size;
    };

    public static Func<ArgumentResult, int> Count(int max) => argument =>
    {
        if (!int.TryParse(Token(argument), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            || count < 1 || count > max)
        {
            Refuse(argument, $"'{Token(argument)}' is out of range; give a whole number from 1 to {max}");
        }

        return count;
    };

    public static uint Pattern(ArgumentResult argument)
    {
        var text = Token(argument);
        var isHex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        var style = isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None;
        if (!uint.TryParse(isHex ? text[2..] : text, style, CultureInfo.InvariantCulture, out var pattern))
        {
            Refuse(argument, $"'{text}' is not a pattern of four bytes; write one like 0xAABBCCDD");
        }

        return pattern;
    }

    public static SharedMemoryMode SharedMemory(ArgumentResult argument) =>
        Choice(
            argument, ("auto", SharedMemoryMode.Auto), ("none", SharedMemoryMode.None), ("memfd", SharedMemoryMode.Memfd),
            ("wslg", SharedMemoryMode.WslgDax), ("file", SharedMemoryMode.File));

    public static AuthenticationMode Authentication(ArgumentResult argument) =>
        Choice(
            argument, ("auto", AuthenticationMode.Auto), ("required", AuthenticationMode.Required),
            ("none", AuthenticationMode.None));

    public static BufferOperation Operation(ArgumentResult argument) => Choice(
        argument,
        ("write", BufferOperation.Write),
        ("read", BufferOperation.Read),
        ("verify", BufferOperation.Verify),
        ("checksum", BufferOperation.Checksum));

    private static T Choice<T>(ArgumentResult argument, params (string Name, T Value)[] choices)
    {
        foreach (var (name, value) in choices)
        {
            if (name.Equals(Token(argument), StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        Refuse(argument, $"'{Token(argument)}' is not one of {string.Join(", ", choices.Select(choice => choice.Name))}");
        return choices[0].Value;
    }

    private static string Token(ArgumentResult argument) => argument.Tokens[0].Value;

    private static void Refuse(ArgumentResult argument, string error)
    {
        var option = argument.Parent is OptionResult parent ? $"{parent.Option.Name}: " : "";
        argument.AddError(option + error);
    }
}
