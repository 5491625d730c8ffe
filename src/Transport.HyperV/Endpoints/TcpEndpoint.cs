using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using WinApi.Transport.HyperV.Endpoints;

namespace WinApi.Transport.HyperV;

/// <summary>A TCP port on this machine. Loopback only: nothing on the wire is encrypted.</summary>
internal sealed class TcpEndpoint(IPEndPoint address) : TransportEndpoint
{
    internal override bool PassesDescriptors => false;

    internal override bool IsLoopback => true;

    internal override string Diagnose(Exception failure) => failure is SocketException { SocketErrorCode: SocketError.ConnectionRefused }
        ? $"nothing listens on this port: start the host (WinAPIService --endpoint {this})"
        : $"{failure.Message}; check that the host runs and listens on this port (WinAPIService --endpoint {this})";

    public static string? TryParse(string text, out TransportEndpoint? endpoint)
    {
        endpoint = null;
        const string prefix = "tcp://";
        if (!text.StartsWith(prefix, StringComparison.Ordinal))
        {
            return "'tcp:' must be followed by '//' and an address";
        }

        var address = text[prefix.Length..].TrimEnd('/').Replace("localhost", "127.0.0.1", StringComparison.Ordinal);
        if (!address.Contains(':', StringComparison.Ordinal) || !IPEndPoint.TryParse(address, out var parsed)
            || !address.EndsWith(":" + parsed.Port, StringComparison.Ordinal))
        {
            return "it must be an IP address and a port";
        }

        if (!IPAddress.IsLoopback(parsed.Address))
        {
            return $"{parsed.Address} is not a loopback address, and nothing sent over tcp: is encrypted";
        }

        endpoint = new TcpEndpoint(parsed);
        return null;
    }

    internal override async ValueTask<Socket> ConnectAsync(CancellationToken cancellationToken)
    {
        var socket = NewSocket();
        try
        {
            await socket.ConnectAsync(address, cancellationToken).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    internal override EndpointListener Listen(int backlog, ILogger logger)
    {
        var socket = NewSocket();
        try
        {
            socket.Bind(address);
            socket.Listen(backlog);
            return new SocketListener(socket, new TcpEndpoint((IPEndPoint)socket.LocalEndPoint!));
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw e.SocketErrorCode == SocketError.AddressAlreadyInUse
                ? new EndpointInUseException($"another program already listens on {this}: stop it, or choose another port", e)
                : new IOException($"cannot listen on {this}: {e.Message}", e);
        }
    }

    public override string ToString() => $"tcp://{address}";

    private Socket NewSocket() => new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
}
