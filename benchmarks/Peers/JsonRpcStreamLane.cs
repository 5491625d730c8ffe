using WinApi.Benchmarks.Measuring;
using WinApi.Benchmarks.Services;

namespace WinApi.Benchmarks.Peers;

/// <summary>Streams through StreamJsonRpc, of as many messages as those of a <see cref="StreamLane"/>.</summary>
internal sealed class JsonRpcStreamLane
{
    private readonly IJsonRpcCalls _proxy;
    private readonly PayloadSize _payload;
    private readonly int _count;
    private readonly byte[] _chunk;
    private byte _value;

    public JsonRpcStreamLane(IJsonRpcCalls proxy, PayloadSize payload)
    {
        _proxy = proxy;
        _payload = payload;
        _count = StreamLane.CountOf(payload);
        _chunk = new byte[payload.Bytes];
        PayloadBytes.Write(_chunk, 1);
    }

    public async Task<long> DownAsync()
    {
        int count = 0;
        await foreach (byte[] chunk in _proxy.DownAsync(_count, _payload.Bytes, ++_value, CancellationToken.None))
        {
            PayloadBytes.ReadAll(chunk, _value);
            count++;
        }

        return Checked(count);
    }

    public async Task<long> UpAsync() =>
        Checked(await _proxy.UpAsync(JsonRpcChunks.Of(_chunk, _count), CancellationToken.None));

    private int Checked(int received) => received == _count
        ? received
        : throw new InvalidDataException($"{received} messages came of {_count}.");
}
