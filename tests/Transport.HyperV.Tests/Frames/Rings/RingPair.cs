using System.Net.Sockets;
using WinApi.Transport.HyperV.Endpoints;
using WinApi.Transport.HyperV.Frames.Rings;
using WinApi.Transport.HyperV.Memory;
using WinApi.Transport.HyperV.Memory.Backends;

namespace WinApi.Transport.HyperV.Tests.Frames.Rings;

/// <summary>The client's and the host's end of rings in one piece of memory, with a real socket between them.</summary>
internal sealed class RingPair : IDisposable
{
    private static readonly MappingLayout Layout = new(4096, 4096);

    private readonly SocketPair _sockets = new();

    public RingPair(TimeSpan? spinTime = null)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "A memfd needs Linux.");
        if (OperatingSystem.IsLinux())
        {
            Mapping = MemfdBackend.Create(Layout.TotalBytes, out var descriptor);
            descriptor.Dispose();
        }

        Layout.WriteHeader(Mapping, Guid.NewGuid());
        HostSocket = new SocketStream(_sockets.Bare, passesDescriptors: false);
        Client = new RingStream(Mapping, _sockets.Held, isClient: true, spinTime ?? TimeSpan.Zero);
        Host = new RingStream(Mapping, HostSocket, isClient: false, spinTime ?? TimeSpan.Zero);
    }

    public SharedMapping Mapping { get; } = null!;

    public SocketStream HostSocket { get; }

    public RingStream Client { get; }

    public RingStream Host { get; }

    /// <summary>Bells that have been rung for the host and not been heard.</summary>
    public int BellsForHost => _sockets.Bare.Available;

    public void Dispose()
    {
        Client.EndReading();
        Host.EndReading();
        Mapping.Release();
        HostSocket.Dispose();
        _sockets.Dispose();
    }
}
