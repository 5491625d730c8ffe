using System.Globalization;
using Microsoft.Extensions.Configuration;
using WinApi.Transport.HyperV;

namespace WinApi.Server.Hosting;

/// <summary>Reads single settings and says in words what is wrong with one.</summary>
internal sealed class SettingReader(IConfigurationSection section)
{
    /// <exception cref="SettingException">The section holds a name that is no setting.</exception>
    public void RefuseUnknownNames()
    {
        foreach (var child in section.GetChildren())
        {
            if (!HostSettings.All.Any(setting => setting.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase)))
            {
                throw new SettingException(
                    $"there is no setting '{child.Path}'; known are {string.Join(", ", HostSettings.All.Select(s => s.Name))}");
            }
        }
    }

    /// <summary>The value, or null where none is given.</summary>
    public string? Text(string name)
    {
        var value = section[name];
        return string.IsNullOrWhiteSpace(value) ? null : value.Trim();
    }

    /// <summary>
    /// What is read from the value, or from a list of values with ';' between them; null where none is given.
    /// </summary>
    /// <exception cref="SettingException">The value cannot be read.</exception>
    public T? Parsed<T>(string name, Func<string, T?> parse, string expected)
        where T : class
    {
        var text = Text(name) ?? string.Join(';', section.GetSection(name).GetChildren().Select(child => child.Value));
        return text.Length == 0 ? null : parse(text) ?? throw Bad(name, text, expected);
    }

    /// <exception cref="SettingException">The value is not a whole number from <paramref name="min"/> to <paramref name="max"/>.</exception>
    public long Number(string name, long fallback, long min, long max)
    {
        if (Text(name) is not { } text)
        {
            return fallback;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= min && number <= max
            ? number
            : throw Bad(name, text, $"a whole number from {min} to {max}");
    }

    /// <exception cref="SettingException">The value is not a size from <paramref name="min"/> to <paramref name="max"/>.</exception>
    public long Bytes(string name, long fallback, long min, long max)
    {
        if (Text(name) is not { } text)
        {
            return fallback;
        }

        return ByteSize.TryParse(text, out var bytes) && bytes >= min && bytes <= max
            ? bytes
            : throw Bad(name, text, $"a size from {min} to {max} bytes, such as 4096, 64KiB or 8MiB");
    }

    /// <inheritdoc cref="Number" />
    public TimeSpan Seconds(string name, TimeSpan fallback, int min = 1) =>
        TimeSpan.FromSeconds(Number(name, (long)fallback.TotalSeconds, min, max: 86_400));

    /// <summary>A path, made absolute from the folder that the host was started in; null where none is given.</summary>
    public string? FullPath(string name) => Text(name) is { } text ? Path.GetFullPath(text) : null;

    /// <exception cref="SettingException">The value is not an absolute path.</exception>
    public string? AbsolutePath(string name) =>
        Text(name) is not { } text || Path.IsPathFullyQualified(text) ? Text(name) : throw Bad(name, text, "an absolute path");

    /// <exception cref="SettingException">The value is no URL, or would send what is secret over a network in the open.</exception>
    public Uri? HttpUrl(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        var isUrl = Uri.TryCreate(text, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttps
            || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback)) && url.AbsolutePath == "/";
        return isUrl ? url : throw Bad(name, text,
            "https://ADDRESS:PORT, or http:// with an address of this machine alone, such as http://127.0.0.1:5001");
    }

    /// <exception cref="SettingException">The value is not a GUID.</exception>
    public Guid? Guid(string name) => Text(name) is not { } text ? null
        : System.Guid.TryParse(text, out var id) ? id
        : throw Bad(name, text, "an id such as 01234567-89ab-cdef-0123-456789abcdef");

    /// <exception cref="SettingException">The value is none of the choices.</exception>
    public T Choice<T>(string name, T fallback, params (string Text, T Value)[] choices)
    {
        if (Text(name) is not { } text)
        {
            return fallback;
        }

        foreach (var choice in choices)
        {
            if (choice.Text.Equals(text, StringComparison.OrdinalIgnoreCase))
            {
                return choice.Value;
            }
        }

        throw Bad(name, text, string.Join(" or ", choices.Select(choice => choice.Text)));
    }

    private static SettingException Bad(string name, string value, string expected)
    {
        var setting = HostSettings.All.First(setting => setting.Name == name);
        var variable = setting.EnvironmentVariable is null ? "" : $", {setting.EnvironmentVariable}";
        return new SettingException($"bad {setting.OptionName} ({name}{variable}) '{value}': expected {expected}");
    }
}
