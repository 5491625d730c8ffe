using System.Buffers;
using Grpc.Core;

namespace WinApi.Transport.HyperV.JsonLines;

/// <summary>No bytes, which every marshaller of protobuf reads as an empty message.</summary>
internal sealed class EmptyPayload : DeserializationContext
{
    public override int PayloadLength => 0;

    public override byte[] PayloadAsNewBuffer() => [];

    public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => ReadOnlySequence<byte>.Empty;
}
