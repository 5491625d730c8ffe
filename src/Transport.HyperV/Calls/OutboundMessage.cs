using System.Buffers;
using Grpc.Core;
using WinApi.Transport.HyperV.Connections;
using WinApi.Transport.HyperV.Frames;
using WinApi.Transport.HyperV.Memory;

namespace WinApi.Transport.HyperV.Calls;

/// <summary>
/// A message being serialized: one of the threshold's size or more straight into this side's region where there is
/// room, any other into a pooled array. Not safe for use by many threads. Disposed, it serves the thread's next message.
/// </summary>
internal sealed class OutboundMessage : SerializationContext, IBufferWriter<byte>, IDisposable
{
    private const int InitialBytes = 256;
    private const int KeepBytes = 16 * 1024;

    [ThreadStatic]
    private static OutboundMessage? t_spare;

    private readonly PooledBytes _bytes = new(InitialBytes);
    private Connection _connection = null!;
    private RegionBlock? _block;
    private int _written;
    private int _expected;

    private OutboundMessage()
    {
    }

    public int Length => _written;

    /// <summary>The message, where it is not in the region.</summary>
    public ReadOnlyMemory<byte> Inline => _bytes.Written;

    /// <summary>The pages that hold the message, where it is in the region.</summary>
    public RegionBlock? Block => _block;

    /// <summary>Whether it belongs in the region and found no room there.</summary>
    public bool WaitsForRegion => _block is null && BelongsInRegion(_written);

    public static OutboundMessage For(Connection connection)
    {
        var message = t_spare ?? new OutboundMessage();
        t_spare = null;
        message._connection = connection;
        message._written = 0;
        message._expected = -1;
        return message;
    }

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
        if (_block is null)
        {
            _bytes.Advance(count);
        }
    }

    public Memory<byte> GetMemory(int sizeHint = 0) =>
        _block is null ? _bytes.GetMemory(Room(sizeHint)) : _block.Memory[_written..];

    public Span<byte> GetSpan(int sizeHint = 0) =>
        _block is null ? _bytes.GetSpan(Room(sizeHint)) : _block.Memory.Span[_written..];

    /// <summary>A large message that found the region full: waits for its turn there, then copies it in.</summary>
    public async ValueTask MoveIntoRegionAsync(CancellationToken cancellationToken)
    {
        if (WaitsForRegion)
        {
            _block = await _connection.Region.RentAsync(_written, cancellationToken).ConfigureAwait(false);
            Inline.CopyTo(_block.Memory);
        }
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
        _bytes.Clear(KeepBytes);
        t_spare = this;
    }

    private bool BelongsInRegion(int length) =>
        _connection.Region.IsShared && length >= _connection.Settings.InlineThreshold
        && length <= _connection.Region.Length;

    /// <summary>All of the message at once, where its length is known.</summary>
    private int Room(int sizeHint) => Math.Max(_expected - _written, sizeHint);

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
