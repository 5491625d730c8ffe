using System.Net.Sockets;

namespace WinApi.Transport.HyperV.Endpoints;

/// <summary>Where host and client meet if nobody says where.</summary>
/// <param name="isWindows">Whether this is Windows.</param>
/// <param name="isWsl2">Whether this is the Linux of WSL2.</param>
/// <param name="hasUnixSockets">Whether this system has Unix sockets.</param>
/// <param name="variable">Reads the environment.</param>
internal sealed class DefaultEndpoints(
    bool isWindows, bool isWsl2, bool hasUnixSockets, Func<string, string?> variable)
{
    /// <summary>Those of this machine and the environment of this process.</summary>
    public static DefaultEndpoints OfThisMachine => new(
        OperatingSystem.IsWindows(),
        Wsl2Kernel.IsThis,
        Socket.OSSupportsUnixDomainSockets,
        Environment.GetEnvironmentVariable);

    /// <exception cref="FormatException">A variable holds what cannot be used; the message names it.</exception>
    public TransportEndpoint ForClient() =>
        Read(TransportEndpoint.EnvironmentVariable) is { } named ? TransportEndpoint.Parse(named)
        : isWsl2 ? new VsockEndpoint(VsockEndpoint.Host, ReadPort())
        : UnixEndpoint.UserDefault();

    /// <exception cref="FormatException">A variable holds what cannot be used; the message names it.</exception>
    public IReadOnlyList<TransportEndpoint> ForHost()
    {
        if (Read(TransportEndpoint.EnvironmentVariable) is { } named)
        {
            return [.. named.Split(';', StringSplitOptions.TrimEntries).Select(TransportEndpoint.Parse)];
        }

        if (!isWindows)
        {
            return [UnixEndpoint.UserDefault()];
        }

        var forWsl = new HvSocketEndpoint(vmId: null, ReadPort());
        return hasUnixSockets ? [forWsl, UnixEndpoint.UserDefault()] : [forWsl];
    }

    private uint ReadPort() =>
        Read(SocketPort.EnvironmentVariable) is not { } text ? SocketPort.Default
        : SocketPort.TryParse(text, out var port) ? port
        : throw new FormatException($"bad {SocketPort.EnvironmentVariable} '{text}': {SocketPort.Expected}");

    private string? Read(string name) => variable(name)?.Trim() is { Length: > 0 } value ? value : null;
}
