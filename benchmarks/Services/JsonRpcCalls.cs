using WinApi.Benchmarks.Measuring;

namespace WinApi.Benchmarks.Services;

/// <summary>
/// The small and the large call. One large call at a time: the bytes of a reply are used again for the next.
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
}
