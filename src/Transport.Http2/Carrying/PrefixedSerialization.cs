using System.Buffers;
using Grpc.Core;
using WinApi.Transport.Http2.Protocol;

namespace WinApi.Transport.Http2.Carrying;

/// <summary>Takes a message as its marshaller writes it, and puts buffers in front.</summary>
internal sealed class PrefixedSerialization(SerializationContext inner, IReadOnlyList<CarriedBuffer> buffers) : SerializationContext
{
    private IBufferWriter<byte>? _target;

    public override void SetPayloadLength(int payloadLength) =>
        inner.SetPayloadLength(checked(payloadLength + BufferPrefix.Size(buffers)));

    public override IBufferWriter<byte> GetBufferWriter()
    {
        if (_target is null)
        {
            _target = inner.GetBufferWriter();
            BufferPrefix.Write(buffers, _target);
        }

        return _target;
    }

    public override void Complete() => inner.Complete();

    public override void Complete(byte[] payload)
    {
        SetPayloadLength(payload.Length);
        GetBufferWriter().Write(payload);
        Complete();
    }
}
