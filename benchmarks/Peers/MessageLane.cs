using Google.Protobuf;
using Grpc.Core;
using WinApi.Benchmarks.Measuring;
using WinApi.Benchmarks.Schema;
using WinApi.V1;

namespace WinApi.Benchmarks.Peers;

/// <summary>
/// Calls with ordinary messages, through generated clients: the same code over our channel and over Grpc.Net.Client.
/// One after another; several lanes may share a connection.
/// The request's bytes lie in one array that is used again for every call; its message is new for every call.
/// </summary>
internal sealed class MessageLane(CallInvoker invoker, PayloadSize payload)
{
    private readonly Echo.EchoClient _echo = new(invoker);
    private readonly Exchange.ExchangeClient _exchange = new(invoker);
    private readonly byte[] _request = new byte[payload.Bytes];
    private byte _value;

    public void Echo() => ReadEcho(_echo.UnaryEcho(NextEcho()));

    public async Task EchoAsync() => ReadEcho(await _echo.UnaryEchoAsync(NextEcho()));

    public async Task ExchangeAsync()
    {
        var request = new MessageRequest { Payload = NextPayload() };
        MessageReply reply = await _exchange.MessageAsync(request);
        PayloadBytes.ReadAll(reply.Payload.Span, PayloadBytes.AnswerTo(_value));
    }

    private EchoRequest NextEcho() => new() { Payload = NextPayload() };

    private ByteString NextPayload()
    {
        PayloadBytes.Write(_request, ++_value);
        return UnsafeByteOperations.UnsafeWrap(_request);
    }

    private void ReadEcho(EchoReply reply) => PayloadBytes.ReadAll(reply.Payload.Span, _value);
}
