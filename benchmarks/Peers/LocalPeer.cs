using Google.Protobuf;
using WinApi.Benchmarks.Measuring;
using WinApi.V1;

namespace WinApi.Benchmarks.Peers;

/// <summary>What a call would cost without a transport: both ends' work in one thread of this process.</summary>
internal sealed class LocalPeer(PayloadSize payload) : IDisposable
{
    private readonly PageAlignedBytes _request = new();
    private readonly PageAlignedBytes _copy = new();
    private readonly byte[] _payload = new byte[payload.Bytes];
    private readonly byte[] _frame = new byte[payload.Bytes + 64];
    private byte _value;

    /// <summary>The roof: the bytes are copied there and back, and nobody looks at them.</summary>
    public void Copy()
    {
        _request.OfLength(payload.Bytes).CopyTo(_copy.OfLength(payload.Bytes));
        _copy.OfLength(payload.Bytes).CopyTo(_request.OfLength(payload.Bytes));
    }

    /// <summary>Write, read, write, read: what both ends do with the bytes.</summary>
    public void Touch()
    {
        Span<byte> bytes = _request.OfLength(payload.Bytes);
        PayloadBytes.Write(bytes, ++_value);
        PayloadBytes.Write(bytes, PayloadBytes.ReadRequest(bytes));
        PayloadBytes.ReadAll(bytes, PayloadBytes.AnswerTo(_value));
    }

    /// <summary>
    /// The messages of a small call and nothing else: made, written, parsed and answered. What it allocates is what the
    /// messages themselves are made of.
    /// </summary>
    public void Messages()
    {
        PayloadBytes.Write(_payload, ++_value);
        var sent = new EchoRequest { Payload = UnsafeByteOperations.UnsafeWrap(_payload) };
        EchoRequest request = EchoRequest.Parser.ParseFrom(Frame(sent));
        EchoReply reply = EchoReply.Parser.ParseFrom(Frame(new EchoReply { Payload = request.Payload }));
        PayloadBytes.ReadAll(reply.Payload.Span, _value);
    }

    public void Dispose()
    {
        _request.Dispose();
        _copy.Dispose();
    }

    private ReadOnlySpan<byte> Frame(IMessage message)
    {
        Span<byte> frame = _frame.AsSpan(0, message.CalculateSize());
        message.WriteTo(frame);
        return frame;
    }
}
