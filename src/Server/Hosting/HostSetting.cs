using System.Text.RegularExpressions;

namespace WinApi.Server.Hosting;

/// <summary>
/// One setting of the host: <see cref="Name"/> in appsettings.json, <see cref="OptionName"/> on the command line.
/// </summary>
/// <param name="Name">The key in the section <c>WinAPI</c>.</param>
/// <param name="ValueName">What stands for the value in the help.</param>
/// <param name="Description">For the help.</param>
/// <param name="EnvironmentVariable">A variable of its own, where it has one beside <c>WinAPI__Name</c>.</param>
internal sealed partial record HostSetting(
    string Name, string ValueName, string Description, string? EnvironmentVariable = null)
{
    /// <summary>The name in words: <c>--max-connections</c>.</summary>
    public string OptionName { get; } = "--" + WordStart().Replace(Name, "-$0").ToLowerInvariant();

    [GeneratedRegex("(?<!^)[A-Z]")]
    private static partial Regex WordStart();
}
