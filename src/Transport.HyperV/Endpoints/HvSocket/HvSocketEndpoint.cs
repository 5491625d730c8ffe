using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace WinApi.Transport.HyperV.Endpoints;

/// <summary>
/// A Hyper-V socket: from Windows to the VM of WSL2. <c>auto</c> is that VM, whatever its id; a listener follows it.
/// The names wildcard and children are those of Hyper-V, but a listener on them is not reached from WSL2
/// (microsoft/WSL#5751).
/// </summary>
/// <param name="vmId">Null: auto.</param>
/// <param name="port">The vsock port that Linux sees.</param>
internal sealed class HvSocketEndpoint(Guid? vmId, uint port) : TransportEndpoint
{
    // hvsocket.h: HV_GUID_ZERO, _CHILDREN, _LOOPBACK, _PARENT.
    private static readonly (string Name, Guid Id)[] s_names =
    [
        ("wildcard", Guid.Empty),
        ("children", new Guid("90db8b89-0d35-4f79-8ce9-49ea0ac8b7cd")),
        ("loopback", new Guid("e0e16197-dd56-4a10-9195-5ee7a155a838")),
        ("parent", new Guid("a42e7cda-d03f-480c-9cc2-a4de20abb878")),
    ];

    // Well under the time that a channel takes to connect, so that this error is seen and not that the time is over.
    private static readonly TimeSpan s_connectTimeout = TimeSpan.FromSeconds(10);

    public uint Port => port;

    /// <summary>Null: auto.</summary>
    public Guid? VmId => vmId;

    internal override bool PassesDescriptors => false;

    internal override bool IsLoopback => false;

    internal override Guid? VirtualMachineId =>
        vmId is { } id && Array.TrueForAll(s_names, known => known.Id != id) ? id : null;

    internal override TransportEndpoint ForVirtualMachine(Guid? id) =>
        vmId is null && id is not null ? new HvSocketEndpoint(id, port) : this;

    private Guid Service => HvSocketAddress.ServiceOf(port);

    public static string? TryParse(string text, out TransportEndpoint? endpoint)
    {
        endpoint = null;
        const string prefix = "hvsocket://";
        if (!text.StartsWith(prefix, StringComparison.Ordinal))
        {
            return "'hvsocket:' must be followed by '//', a VM id, '/' and a port";
        }

        if (text[prefix.Length..].TrimEnd('/').Split('/') is not [var vmText, var portText])
        {
            return "it must be a VM id and a port: hvsocket://auto/0x1234";
        }

        if (!TryParseVm(vmText, out var vm))
        {
            return $"'{vmText}' is no VM: it is auto (the VM of WSL2), the id of a VM (a GUID), or one of "
                + string.Join(", ", s_names.Select(known => known.Name));
        }

        if (!SocketPort.TryParse(portText, out var port))
        {
            return $"'{portText}' is no port: {SocketPort.Expected}";
        }

        endpoint = new HvSocketEndpoint(vm, port);
        return null;
    }

    internal override string Diagnose(Exception failure) => failure is not SocketException socketFailure
        ? failure.Message
        : socketFailure.SocketErrorCode switch
        {
            SocketError.AddressFamilyNotSupported => "this Windows has no Hyper-V sockets: enable the Virtual Machine "
                + "Platform (wsl --install as administrator, then restart Windows)",
            SocketError.AccessDenied => "Windows denies it, because the VM belongs to another account: run this as the "
                + "user who runs WSL, not as a service of the system's",
            SocketError.AddressNotAvailable or SocketError.HostUnreachable or SocketError.NetworkUnreachable =>
                "no VM of this id runs: start a distribution (wsl), or use hvsocket://auto/PORT, which finds it",
            SocketError.ConnectionRefused or SocketError.TimedOut => "nothing in the VM listens on this port: start the "
                + $"host there (WinAPIService --endpoint vsock://any:{SocketPort.Format(port)})",
            _ => $"{failure.Message} (error {(int)socketFailure.SocketErrorCode})",
        };

    internal override async ValueTask<Socket> ConnectAsync(CancellationToken cancellationToken)
    {
        RequireWindows();
        var vm = vmId ?? await WslVmWatch.Create(NullLogger.Instance).LookAsync(cancellationToken).ConfigureAwait(false)
            ?? throw new IOException("no VM of WSL2 was found: start a distribution (wsl), or give the VM's id");
        var socket = HvSocketSocket.Create(s_connectTimeout);
        try
        {
            // .NET connects a family that it does not know on the calling thread, and can't be told to stop.
            var connecting = Task.Run(() => socket.Connect(new HvSocketAddress(vm, Service)), CancellationToken.None);
            await connecting.WaitAsync(cancellationToken).ConfigureAwait(false);
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
        RequireWindows();
        return vmId is { } vm
            ? ListenAt(vm, backlog)
            : new RebindingListener(
                this,
                WslVmWatch.Create(logger).FollowAsync(WslVmWatch.Interval),
                found => ListenAt(found, backlog),
                2 * WslVmWatch.Interval,
                logger);
    }

    public override string ToString() =>
        $"hvsocket://{(vmId is { } id ? FormatVm(id) : "auto")}/{SocketPort.Format(port)}";

    private static bool TryParseVm(string text, out Guid? vm)
    {
        vm = null;
        if (text == "auto")
        {
            return true;
        }

        foreach (var known in s_names)
        {
            if (known.Name == text)
            {
                vm = known.Id;
                return true;
            }
        }

        if (!Guid.TryParse(text, out var id))
        {
            return false;
        }

        vm = id;
        return true;
    }

    private static string FormatVm(Guid vm) =>
        Array.Find(s_names, known => known.Id == vm).Name ?? vm.ToString();

    private SocketListener ListenAt(Guid vm, int backlog)
    {
        var bound = new HvSocketEndpoint(vm, port);
        Socket? socket = null;
        try
        {
            socket = HvSocketSocket.Create(s_connectTimeout);
            socket.Bind(new HvSocketAddress(vm, Service));
            socket.Listen(backlog);
            return new SocketListener(socket, bound, HvSocketSocket.Prepare);
        }
        catch (SocketException e)
        {
            socket?.Dispose();
            throw e.SocketErrorCode == SocketError.AddressAlreadyInUse
                ? new EndpointInUseException(
                    $"another program already listens on {bound} (service {Service}): stop it, or choose another port", e)
                : new IOException($"cannot listen on {bound}: {bound.Diagnose(e)}", e);
        }
    }

    private void RequireWindows()
    {
        if (!OperatingSystem.IsWindows())
        {
            throw new IOException(
                $"Hyper-V sockets are a thing of Windows, and {this} is asked for on another system: from a VM the same port "
                + $"is vsock://2:{SocketPort.Format(port)} to connect to and vsock://any:{SocketPort.Format(port)} to listen on");
        }
    }
}
