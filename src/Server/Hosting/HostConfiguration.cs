using Microsoft.Extensions.Configuration;

namespace WinApi.Server.Hosting;

/// <summary>Where settings come from; a later source overrides an earlier one.</summary>
internal static class HostConfiguration
{
    /// <summary>
    /// Adds appsettings.json (beside the executable), the environment, and <paramref name="commandLine"/>.
    /// </summary>
    /// <param name="configuration">Receives the sources.</param>
    /// <param name="environmentName">Names the second file, appsettings.NAME.json.</param>
    /// <param name="commandLine">Values by the names of <see cref="HostSettings"/>.</param>
    public static void AddSources(
        IConfigurationBuilder configuration, string environmentName, IReadOnlyDictionary<string, string> commandLine) =>
        configuration
            .AddJsonFile("appsettings.json", optional: true)
            .AddJsonFile($"appsettings.{environmentName}.json", optional: true)
            .AddEnvironmentVariables()
            .AddInMemoryCollection(InSection(FromEnvironment(Environment.GetEnvironmentVariable)))
            .AddInMemoryCollection(InSection(commandLine));

    /// <summary>The variables that have names of their own: WINAPI_ENDPOINT and the others.</summary>
    internal static Dictionary<string, string> FromEnvironment(Func<string, string?> read)
    {
        var values = new Dictionary<string, string>();
        if (read("WINAPI_DEBUG") is "1" or "true")
        {
            values[HostSettings.LogLevel] = "DEBUG"; // WINAPI_LOG_LEVEL, which says more, is read after it
        }

        foreach (var setting in HostSettings.All)
        {
            if (setting.EnvironmentVariable is { } variable && read(variable) is { Length: > 0 } value)
            {
                values[setting.Name] = value;
            }
        }

        return values;
    }

    private static IEnumerable<KeyValuePair<string, string?>> InSection(IReadOnlyDictionary<string, string> values) =>
        values.Select(pair => KeyValuePair.Create(
            ConfigurationPath.Combine(WinApiHostOptions.Section, pair.Key), (string?)pair.Value));
}
