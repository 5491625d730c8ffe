using System.Buffers;
using Grpc.Core;

namespace WinApi.Transport.Http2.Carrying;

/// <summary>A payload without the buffers that were in front of it.</summary>
internal sealed class RestOfPayload(ReadOnlySequence<byte> rest) : DeserializationContext
{
    public override int PayloadLength => (int)rest.Length;

    public override byte[] PayloadAsNewBuffer() => rest.ToArray();

    public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => rest;
}
