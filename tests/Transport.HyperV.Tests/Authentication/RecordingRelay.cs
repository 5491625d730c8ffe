using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;

namespace WinApi.Transport.HyperV.Tests.Authentication;

/// <summary>Stands between a client and a host and keeps a copy of all that passes.</summary>
internal sealed class RecordingRelay : IAsyncDisposable
{
    private readonly EndpointListener _listener;
    private readonly MemoryStream _recorded = new();
    private readonly Task _relaying;

    private RecordingRelay(TransportEndpoint host)
    {
        _listener = TransportEndpoint.Parse("tcp://127.0.0.1:0").Listen(1, NullLogger.Instance);
        _relaying = RelayAsync(host);
    }

    public TransportEndpoint Endpoint => _listener.Endpoint;

    public byte[] Recorded
    {
        get
        {
            lock (_recorded)
            {
                return _recorded.ToArray();
            }
        }
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static RecordingRelay To(TransportEndpoint host) => new(host);

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _relaying.Soon("the relay's end");
    }

    private async Task RelayAsync(TransportEndpoint host)
    {
        using var client = await _listener.AcceptAsync(Stop);
        using var server = await host.ConnectAsync(Stop);
        await Task.WhenAny(CopyAsync(client, server), CopyAsync(server, client));
    }

    private async Task CopyAsync(Socket from, Socket to)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, Stop) is var count and > 0)
            {
                lock (_recorded)
                {
                    _recorded.Write(buffer, 0, count);
                }

                await to.SendAsync(buffer.AsMemory(0, count), Stop);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
        }
    }
}
