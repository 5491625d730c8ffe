using Google.Protobuf;
using Grpc.Core;
using WinApi.Benchmarks.Measuring;
using WinApi.Benchmarks.Schema;
using WinApi.Transport.HyperV;

namespace WinApi.Benchmarks.Services;

/// <summary>
/// The large calls. The same class answers behind our transport and behind ASP.NET Core, which knows only
/// <see cref="Message"/>. One call at a time: the bytes of a reply are used again for the next.
/// </summary>
internal sealed class ExchangeService : Exchange.ExchangeBase
{
    private byte[] _answer = [];

    public override Task<MessageReply> Message(MessageRequest request, ServerCallContext context)
    {
        byte answer = PayloadBytes.ReadRequest(request.Payload.Span);
        if (_answer.Length != request.Payload.Length)
        {
            _answer = new byte[request.Payload.Length];
        }

        PayloadBytes.Write(_answer, answer);
        return Task.FromResult(new MessageReply { Payload = UnsafeByteOperations.UnsafeWrap(_answer) });
    }

    public override Task<BufferReply> InPlace(BufferRequest request, ServerCallContext context)
    {
        using SharedBuffer buffer = context.OpenBuffer(request.Buffer, BufferAccess.ReadWrite);
        byte answer = PayloadBytes.ReadRequest(buffer.ReadOnlySpan);
        PayloadBytes.Write(buffer.Span, answer);
        return Task.FromResult(new BufferReply { Length = (ulong)buffer.Length });
    }

    public override async Task<BufferReply> Copy(BufferRequest request, ServerCallContext context)
    {
        using SharedBuffer buffer = context.OpenBuffer(request.Buffer);
        byte answer = PayloadBytes.ReadRequest(buffer.ReadOnlySpan);
        SharedBuffer reply = await context.RentBufferAsync(buffer.Length);
        PayloadBytes.Write(reply.Span, answer);
        return new BufferReply { Buffer = reply.Reference, Length = (ulong)reply.Length };
    }

    public override Task<BufferReply> Open(BufferRequest request, ServerCallContext context)
    {
        using SharedBuffer buffer = context.OpenBuffer(request.Buffer);
        return Task.FromResult(new BufferReply { Length = (ulong)buffer.Length });
    }
}
