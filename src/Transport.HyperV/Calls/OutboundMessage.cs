using System.Buffers;
using Grpc.Core;
using WinApi.Transport.HyperV.Connections;
using WinApi.Transport.HyperV.Frames;
using WinApi.Transport.HyperV.Memory;

namespace WinApi.Transport.HyperV.Calls;

/// <summary>
/// A message being serialized: one of the threshold's size or more straight into this side's region where there is
/// room, any other into a pooled array. Not safe for use by many threads.
/// </summary>
internal sealed class OutboundMessage : SerializationContext, IBufferWriter<byte>, IDisposable
{
    private readonly Connection _connection;
    private RegionBlock? _block;
    private PooledBytes? _bytes;
    private int _written;
    private int _expected = -1;

    public OutboundMessage(Connection connection) => _connection = connection;

    public int Length => _written;

    /// <summary>The message, where it is not in the region.</summary>
    public ReadOnlyMemory<byte> Inline => _bytes?.Written ?? default;

    /// <summary>The pages that hold the message, where it is in the region.</summary>
    public RegionBlock? Block => _block;

    /// <exception cref="RpcException">RESOURCE_EXHAUSTED: the message is over a limit of either side.</exception>
    public override void SetPayloadLength(int payloadLength)
    {
        CheckLimits(payloadLength);
        _expected = payloadLength;
    }

    public override IBufferWriter<byte> GetBufferWriter()
    {
        if (_expected >= 0 && BelongsInRegion(_expected))
        {
            _block = _connection.Region.TryRent(_expected);
        }

        return this;
    }

    public override void Complete() => CheckLimits(_written);

    public override void Complete(byte[] payload)
    {
        SetPayloadLength(payload.Length);
        payload.CopyTo(GetBufferWriter().GetSpan(payload.Length));
        Advance(payload.Length);
    }

    public void Advance(int count)
    {
        _written += count;
        _bytes?.Advance(count);
    }

    public Memory<byte> GetMemory(int sizeHint = 0) =>
        _block is null ? Bytes(sizeHint).GetMemory(sizeHint) : _block.Memory[_written..];

    public Span<byte> GetSpan(int sizeHint = 0) =>
        _block is null ? Bytes(sizeHint).GetSpan(sizeHint) : _block.Memory.Span[_written..];

    /// <summary>A large message that found the region full: waits for its turn there, then copies it in.</summary>
    public async ValueTask MoveIntoRegionAsync(CancellationToken cancellationToken)
    {
        if (_block is not null || !BelongsInRegion(_written))
        {
            return;
        }

        _block = await _connection.Region.RentAsync(_written, cancellationToken).ConfigureAwait(false);
        Inline.CopyTo(_block.Memory);
        _bytes?.Dispose();
        _bytes = null;
    }

    /// <summary>The pages now belong to the peer until it gives them back.</summary>
    public BufferDescriptor Lend()
    {
        var lease = _connection.Leases.LendMessage(_block!);
        _block = null;
        return lease.Descriptor;
    }

    public void Dispose()
    {
        _block?.Return();
        _block = null;
        _bytes?.Dispose();
        _bytes = null;
    }

    private bool BelongsInRegion(int length) =>
        _connection.Region.IsShared && length >= _connection.Settings.InlineThreshold
        && length <= _connection.Region.Length;

    private PooledBytes Bytes(int sizeHint) =>
        _bytes ??= new PooledBytes(Math.Max(Math.Max(_expected, sizeHint), 256));

    private void CheckLimits(int length)
    {
        if (length > _connection.Settings.MaxSendMessageBytes)
        {
            throw new RpcException(new Status(StatusCode.ResourceExhausted,
                $"a message of {length} bytes is over this side's limit of "
                + $"{_connection.Settings.MaxSendMessageBytes} (MaxSendMessageBytes)"));
        }

        if ((ulong)length > _connection.Agreed.PeerLimits.MaxMessageBytes)
        {
            throw new RpcException(new Status(StatusCode.ResourceExhausted,
                $"a message of {length} bytes is over the peer's limit of "
                + $"{_connection.Agreed.PeerLimits.MaxMessageBytes} (MaxReceiveMessageBytes there)"));
        }
    }
}
