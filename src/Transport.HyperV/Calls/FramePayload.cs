using System.Buffers;
using Grpc.Core;

namespace WinApi.Transport.HyperV.Calls;

/// <summary>
/// A message that lies whole in the frame that is being dispatched, and is read before the next frame is. One for each thread.
/// </summary>
internal sealed class FramePayload : DeserializationContext
{
    [ThreadStatic]
    private static FramePayload? t_instance;

    private ReadOnlyMemory<byte> _bytes;

    public override int PayloadLength => _bytes.Length;

    /// <summary>For this thread, until the next call of this.</summary>
    public static FramePayload Of(ReadOnlyMemory<byte> bytes)
    {
        var payload = t_instance ??= new FramePayload();
        payload._bytes = bytes;
        return payload;
    }

    public override byte[] PayloadAsNewBuffer() => _bytes.ToArray();

    public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => new(_bytes);
}
