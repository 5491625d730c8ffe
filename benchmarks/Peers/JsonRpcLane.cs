using WinApi.Benchmarks.Measuring;
using WinApi.Benchmarks.Services;

namespace WinApi.Benchmarks.Peers;

/// <summary>Calls through StreamJsonRpc, one after another; several lanes may share a connection.</summary>
internal sealed class JsonRpcLane(IJsonRpcCalls proxy, PayloadSize payload)
{
    private readonly byte[] _request = new byte[payload.Bytes];
    private byte _value;

    public async Task EchoAsync() => PayloadBytes.ReadAll(await proxy.EchoAsync(NextPayload()), _value);

    public async Task ExchangeAsync() =>
        PayloadBytes.ReadAll(await proxy.ExchangeAsync(NextPayload()), PayloadBytes.AnswerTo(_value));

    private byte[] NextPayload()
    {
        PayloadBytes.Write(_request, ++_value);
        return _request;
    }
}
