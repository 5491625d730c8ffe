using WinApi.Benchmarks.Measuring;

namespace WinApi.Benchmarks.Services;

/// <summary>
/// The small and the large call, and streams. One large call at a time: the bytes of a reply are used again for the next.
/// </summary>
internal sealed class JsonRpcCalls : IJsonRpcCalls
{
    private byte[] _answer = [];

    public Task<byte[]> EchoAsync(byte[] payload) => Task.FromResult(payload);

    public Task<byte[]> ExchangeAsync(byte[] payload)
    {
        byte answer = PayloadBytes.ReadRequest(payload);
        if (_answer.Length != payload.Length)
        {
            _answer = new byte[payload.Length];
        }

        PayloadBytes.Write(_answer, answer);
        return Task.FromResult(_answer);
    }

    public IAsyncEnumerable<byte[]> DownAsync(
        int count, int payloadBytes, byte value, CancellationToken cancellationToken)
    {
        byte[] chunk = new byte[payloadBytes];
        PayloadBytes.Write(chunk, value);
        return JsonRpcChunks.Of(chunk, count);
    }

    public async Task<int> UpAsync(IAsyncEnumerable<byte[]> chunks, CancellationToken cancellationToken)
    {
        int count = 0;
        await foreach (byte[] chunk in chunks.WithCancellation(cancellationToken))
        {
            PayloadBytes.ReadAll(chunk, chunk[0]);
            count++;
        }

        return count;
    }
}
