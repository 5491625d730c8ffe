using Google.Protobuf;
using WinApi.Transport.HyperV.Memory;

namespace WinApi.Transport.HyperV.Tests.HostilePeers;

/// <summary>Changes shared bytes all the time, on a thread of its own: between a message and any bytes at all.</summary>
internal sealed class Scribbler : IAsyncDisposable
{
    private const int LengthOfTheRest = 4; // field and length, of 16 KiB to 2 MiB

    private readonly Task _scribbling;
    private volatile bool _stops;

    public Scribbler(SharedMapping mapping, long start, int length) => _scribbling = Task.Run(() =>
    {
        var random = new Random(1);
        var message = new Plain { Payload = ByteString.CopyFrom(new byte[length - LengthOfTheRest]) }.ToByteArray();
        var bytes = new byte[length];
        while (!_stops)
        {
            message.CopyTo(mapping.GetSpan(start, length));
            random.NextBytes(bytes);
            bytes.CopyTo(mapping.GetSpan(start, length));
        }
    });

    public async ValueTask DisposeAsync()
    {
        _stops = true;
        await _scribbling.Soon("the scribbler's end");
    }
}
