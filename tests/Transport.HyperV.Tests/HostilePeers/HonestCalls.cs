using Google.Protobuf;

namespace WinApi.Transport.HyperV.Tests.HostilePeers;

/// <summary>A well-behaved client that calls again and again while somebody else attacks its host.</summary>
internal sealed class HonestCalls : IAsyncDisposable
{
    private static readonly ByteString s_payload =
        ByteString.CopyFrom([.. Enumerable.Range(0, 100_000).Select(index => (byte)index)]);

    private readonly HyperVChannel _channel;
    private readonly Task _calling;
    private volatile int _made;
    private volatile bool _stops;

    private HonestCalls(HyperVChannel channel)
    {
        _channel = channel;
        _calling = Task.Run(CallAsync);
    }

    /// <summary>Starts it, and waits for its first reply.</summary>
    public static async Task<HonestCalls> StartAsync(TransportEndpoint endpoint)
    {
        var calls = new HonestCalls(new HyperVChannel(new HyperVChannelOptions { Endpoint = endpoint }));
        await calls.MakeOneMoreAsync();
        return calls;
    }

    /// <summary>Waits for a call that was begun from now on; fails where any call has.</summary>
    public async Task MakeOneMoreAsync()
    {
        var before = _made;
        await Patience.Until(() => _made > before + 1 || _calling.IsCompleted, "the honest client's replies");
        _calling.IsFaulted.Should().BeFalse($"{_calling.Exception}");
    }

    /// <summary>Stops it; fails where a call has failed.</summary>
    public async ValueTask DisposeAsync()
    {
        _stops = true;
        await _calling.Soon("the honest client's last reply");
        await _channel.DisposeAsync().AsTask().Soon("the honest client's end");
    }

    private async Task CallAsync()
    {
        var client = new Target.TargetClient(_channel);
        for (; !_stops; _made++)
        {
            var reply = await client.EchoAsync(new Plain { Payload = s_payload }).ResponseAsync.Soon("the honest client's reply");
            reply.Payload.Equals(s_payload).Should().BeTrue("nobody else changes the honest client's bytes");
        }
    }
}
