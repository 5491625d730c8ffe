using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace WinApi.Transport.HyperV.Endpoints;

/// <summary>A vsock port: from a Linux VM to what runs it, in WSL2 to Windows.</summary>
internal sealed class VsockEndpoint(uint cid, uint port) : TransportEndpoint
{
    /// <summary>What runs the VM: VMADDR_CID_HOST.</summary>
    public const uint Host = 2;

    // linux/vm_sockets.h: VMADDR_CID_LOCAL, VMADDR_CID_ANY.
    private const uint Local = 1;
    private const uint Any = uint.MaxValue;

    private const int Attempts = 5;

    // Well under the time that a channel takes to connect, so that this error is seen and not that the time is over.
    private static readonly TimeSpan s_connectTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(20);

    public uint Cid => cid;

    public uint Port => port;

    internal override bool PassesDescriptors => false;

    internal override bool IsLoopback => false;

    public static string? TryParse(string text, out TransportEndpoint? endpoint)
    {
        endpoint = null;
        const string prefix = "vsock://";
        if (!text.StartsWith(prefix, StringComparison.Ordinal))
        {
            return "'vsock:' must be followed by '//', a CID, ':' and a port";
        }

        if (text[prefix.Length..].TrimEnd('/').Split(':') is not [var cidText, var portText])
        {
            return "it must be a CID and a port: vsock://2:0x1234";
        }

        uint? cid = cidText switch
        {
            "any" => Any,
            "host" => Host,
            "local" => Local,
            _ => SocketPort.TryParseNumber(cidText, out var number) && number > 0 ? number : null,
        };
        if (cid is null)
        {
            return $"'{cidText}' is no CID: it is a number over 0 (2 is what runs the VM), or host, local, any";
        }

        if (!SocketPort.TryParse(portText, out var port))
        {
            return $"'{portText}' is no port: {SocketPort.Expected}";
        }

        endpoint = new VsockEndpoint(cid.Value, port);
        return null;
    }

    internal override string Diagnose(Exception failure) => failure is not SocketException socketFailure
        ? failure.Message
        : socketFailure.SocketErrorCode switch
        {
            SocketError.TimedOut => $"nothing answered within {s_connectTimeout.TotalSeconds:0} s, so nothing listens there "
                + $"for this VM: {StartHost}",
            SocketError.ConnectionReset => "the connection was turned away each time: nothing listens on this port, or more "
                + $"clients than it has room for wait there: {StartHost}",
            SocketError.AddressNotAvailable => $"there is no CID {Format(cid)} here: from a VM the host is vsock://2:PORT",
            SocketError.AddressFamilyNotSupported =>
                $"this kernel has no vsock sockets: {(Wsl2Kernel.IsThis ? "run wsl --update in Windows" : LoadModule)}",
            SocketError.AccessDenied => "this user may not use vsock sockets: look at the container's or sandbox's rules",
            _ when IsNoDevice(socketFailure) => "this kernel knows no way to that CID: "
                + (Wsl2Kernel.IsThis ? "run wsl --update in Windows, then wsl --shutdown" : LoadModule),
            _ => $"{failure.Message}; {StartHost}",
        };

    /// <summary>
    /// A full backlog looks like a port where nobody listens: the connection is reset. It is tried a few times before
    /// that is believed.
    /// </summary>
    internal override async ValueTask<Socket> ConnectAsync(CancellationToken cancellationToken)
    {
        RequireLinux();
        if (cid == Any)
        {
            throw new IOException("any is for listening only: a client names the CID, from a VM vsock://2:PORT");
        }

        var pause = s_firstPause;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await ConnectOnceAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset && attempt < Attempts)
            {
                await Task.Delay(pause, cancellationToken).ConfigureAwait(false);
                pause *= 2;
            }
        }
    }

    internal override EndpointListener Listen(int backlog, ILogger logger)
    {
        RequireLinux();
        Socket? socket = null;
        try
        {
            socket = NewSocket();
            socket.Bind(new VsockAddress(cid, port));
            socket.Listen(backlog);
            return new SocketListener(socket, this);
        }
        catch (SocketException e)
        {
            socket?.Dispose();
            throw e.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => new EndpointInUseException(
                    $"another program already listens on {this}: stop it, or choose another port", e),
                SocketError.AddressNotAvailable => new IOException(
                    $"cannot listen on {this}: this machine does not have CID {Format(cid)}; vsock://any:PORT listens on "
                    + "those that it has", e),
                SocketError.AccessDenied => new IOException(
                    $"cannot listen on {this}: ports below 1024 are for root; choose another port", e),
                _ => new IOException($"cannot listen on {this}: {Diagnose(e)}", e),
            };
        }
    }

    public override string ToString() => $"vsock://{Format(cid)}:{SocketPort.Format(port)}";

    private const string LoadModule = "load the module for this kind of VM (modprobe vmw_vsock_virtio_transport; for CID 1 "
        + "modprobe vsock_loopback), or use another endpoint, such as unix:///path/to.sock";

    private string StartHost => cid == Host
        ? $"start the host in Windows as the user who runs WSL (WinAPIService --endpoint "
            + $"hvsocket://auto/{SocketPort.Format(port)}); winapi doctor tells more"
        : $"start the host there (WinAPIService --endpoint vsock://any:{SocketPort.Format(port)})";

    private static string Format(uint cid) => cid == Any ? "any" : $"{cid}";

    /// <summary>ENODEV: .NET has no name for it.</summary>
    private static bool IsNoDevice(SocketException failure) =>
        failure.SocketErrorCode is SocketError.SocketError or SocketError.NoData;

    private async Task<Socket> ConnectOnceAsync(CancellationToken cancellationToken)
    {
        var socket = NewSocket();
        try
        {
            await socket.ConnectAsync(new VsockAddress(cid, port), cancellationToken).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static Socket NewSocket() => OperatingSystem.IsLinux()
        ? VsockSocket.Create(s_connectTimeout) : throw new PlatformNotSupportedException();

    private void RequireLinux()
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new IOException(
                $"vsock sockets are a thing of Linux, and {this} is asked for on another system: in Windows the same port is "
                + $"hvsocket://auto/{SocketPort.Format(port)}");
        }
    }
}
