using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using WinApi.Transport.HyperV;

namespace WinApi.Server.Hosting;

/// <summary>Reads the section <c>WinAPI</c> into options.</summary>
internal static class HostOptionsReader
{
    /// <param name="configuration">All sources together.</param>
    /// <param name="program">Whose defaults stand where nothing is set.</param>
    /// <exception cref="SettingException">A setting is unknown or has a bad value.</exception>
    public static WinApiHostOptions Read(IConfiguration configuration, HostProgram program)
    {
        var reader = new SettingReader(configuration.GetSection(WinApiHostOptions.Section));
        reader.RefuseUnknownNames();
        return new WinApiHostOptions
        {
            Transport = ReadTransport(reader),
            GrpcUrl = reader.HttpUrl(HostSettings.GrpcUrl),
            ShutdownTimeout = reader.Seconds(HostSettings.ShutdownTimeoutSeconds, TimeSpan.FromSeconds(30), min: 0),
            LogLevel = reader.Choice(
                HostSettings.LogLevel,
                LogLevel.Information,
                ("TRACE", LogLevel.Trace),
                ("DEBUG", LogLevel.Debug),
                ("INFO", LogLevel.Information),
                ("WARN", LogLevel.Warning),
                ("ERROR", LogLevel.Error)),
            JsonLog = reader.Choice(HostSettings.LogFormat, false, ("text", false), ("json", true)),
            LogFile = reader.Text(HostSettings.LogFile) ?? program.LogFile,
            LogFileBytes = reader.Bytes(HostSettings.LogFileBytes, LogFile.DefaultBytes, min: 1024, max: 1L << 40),
        };
    }

    private static HyperVServerOptions ReadTransport(SettingReader reader)
    {
        var options = new HyperVServerOptions();
        foreach (var text in reader.Text(HostSettings.Endpoint)?.Split(';', StringSplitOptions.TrimEntries) ?? [])
        {
            options.Endpoints.Add(
                TransportEndpoint.TryParse(text, out var endpoint, out var error)
                    ? endpoint
                    : throw new SettingException(error));
        }

        if (options.Endpoints.Count == 0)
        {
            AddDefaults(options.Endpoints);
        }

        options.Authentication = reader.Choice(
            HostSettings.Authentication, options.Authentication,
            ("auto", AuthenticationMode.Auto), ("required", AuthenticationMode.Required), ("none", AuthenticationMode.None));
        options.TokenFile = reader.FullPath(HostSettings.TokenFile) ?? WindowsService.TokenFile;
        options.Authorize = reader.Parsed(HostSettings.Allow, AccessRules.TryParse, AccessRules.Expected) is { } rules
            ? rules.Decide : null;
        options.SharedMemory = reader.Choice(
            HostSettings.SharedMemory, options.SharedMemory,
            ("auto", SharedMemoryMode.Auto), ("none", SharedMemoryMode.None), ("memfd", SharedMemoryMode.Memfd),
            ("wslg", SharedMemoryMode.WslgDax), ("file", SharedMemoryMode.File));
        options.SharedMemoryFile = reader.AbsolutePath(HostSettings.SharedMemoryFile);
        options.VirtualMachineId = reader.Guid(HostSettings.VirtualMachineId);
        options.UseRings = reader.Choice(
            nameof(options.UseRings), options.UseRings, ("true", true), ("false", false), ("1", true), ("0", false));
        options.SpinTime = TimeSpan.FromMicroseconds(
            reader.Number(HostSettings.SpinMicroseconds, (long)options.SpinTime.TotalMicroseconds, min: 0, max: 1_000_000));
        options.MaxSharedMemoryBytes = reader.Bytes(
            nameof(options.MaxSharedMemoryBytes), options.MaxSharedMemoryBytes, min: 0, max: int.MaxValue);
        options.EnableDetailedErrors = reader.Choice(
            nameof(options.EnableDetailedErrors), options.EnableDetailedErrors, ("true", true), ("false", false));
        options.HandshakeTimeout = reader.Seconds(HostSettings.HandshakeTimeoutSeconds, options.HandshakeTimeout);
        options.HeartbeatInterval = reader.Seconds(HostSettings.HeartbeatIntervalSeconds, options.HeartbeatInterval);
        options.HeartbeatTimeout = reader.Seconds(HostSettings.HeartbeatTimeoutSeconds, options.HeartbeatTimeout);

        options.MaxConnections = Count(nameof(options.MaxConnections), options.MaxConnections);
        options.MaxConcurrentCallsPerConnection = Count(
            nameof(options.MaxConcurrentCallsPerConnection), options.MaxConcurrentCallsPerConnection);
        ReadLimits(reader, options);
        options.MaxReceiveMessageBytes = Size(nameof(options.MaxReceiveMessageBytes), options.MaxReceiveMessageBytes);
        options.MaxSendMessageBytes = Size(nameof(options.MaxSendMessageBytes), options.MaxSendMessageBytes);
        options.MaxMetadataBytes = Size(nameof(options.MaxMetadataBytes), options.MaxMetadataBytes);
        options.StreamWindowBytes = Size(nameof(options.StreamWindowBytes), options.StreamWindowBytes);
        options.InlineThreshold = Size(nameof(options.InlineThreshold), options.InlineThreshold);
        return options;

        static void AddDefaults(IList<TransportEndpoint> endpoints)
        {
            try
            {
                foreach (var endpoint in TransportEndpoint.DefaultsForHost)
                {
                    endpoints.Add(endpoint);
                }
            }
            catch (FormatException e)
            {
                throw new SettingException(e.Message);
            }
        }

        int Count(string name, int fallback) => (int)reader.Number(name, fallback, min: 1, max: int.MaxValue);
        int Size(string name, int fallback) => (int)reader.Bytes(name, fallback, min: 1, max: int.MaxValue);
    }

    private static void ReadLimits(SettingReader reader, HyperVServerOptions options)
    {
        options.MaxConcurrentCalls = Count(nameof(options.MaxConcurrentCalls), options.MaxConcurrentCalls);
        options.MaxQueuedBytesPerConnection = reader.Bytes(
            nameof(options.MaxQueuedBytesPerConnection), options.MaxQueuedBytesPerConnection, min: 1, max: long.MaxValue / 2);
        options.MaxQueuedBytes = reader.Bytes(
            nameof(options.MaxQueuedBytes), options.MaxQueuedBytes, min: 1, max: long.MaxValue / 2);
        options.MaxBuffersPerConnection = Count(nameof(options.MaxBuffersPerConnection), options.MaxBuffersPerConnection);
        options.MaxBuffers = Count(nameof(options.MaxBuffers), options.MaxBuffers);
        options.MaxMessagesPerSecond = Count(nameof(options.MaxMessagesPerSecond), options.MaxMessagesPerSecond, min: 0);
        options.MaxAuditEntriesPerMinute = Count(nameof(options.MaxAuditEntriesPerMinute), options.MaxAuditEntriesPerMinute);

        int Count(string name, int fallback, int min = 1) => (int)reader.Number(name, fallback, min, max: int.MaxValue);
    }
}
