using WinApi.Transport.HyperV.Connections;
using WinApi.Transport.HyperV.Frames;
using WinApi.Transport.HyperV.Memory;

namespace WinApi.Transport.HyperV.Calls;

/// <summary>
/// The buffers of a call on its caller's side: those it has lent, and those that came ahead of the next reply. Most calls have
/// none. The lent ones are safe for use by many threads; the others are for the thread that reads the connection.
/// </summary>
internal sealed class CallBuffers(ClientConnection connection)
{
    private readonly LentToCall _lent = new();
    private List<ulong>? _borrowed;

    /// <summary>Whether the host has something of this call.</summary>
    public bool AnyLent => _lent.Any;

    /// <summary>Whether the next message takes some along.</summary>
    public bool AnyBorrowed => _borrowed is not null;

    /// <summary>The host lends a buffer with a reply that follows.</summary>
    /// <exception cref="ProtocolViolationException">No message can lend so many.</exception>
    public BorrowOutcome Borrow(BufferDescriptor descriptor)
    {
        if (_borrowed is { Count: MessageBody.MaxLends })
        {
            throw new ProtocolViolationException($"more than {MessageBody.MaxLends} buffers are lent ahead of one message");
        }

        var outcome = connection.Borrowed.Borrow(descriptor);
        if (outcome == BorrowOutcome.Taken)
        {
            (_borrowed ??= []).Add(descriptor.Lease);
        }

        return outcome;
    }

    /// <summary>A message is complete: what was lent before it came with it.</summary>
    public void GiveTo(InboundMessage message)
    {
        if (_borrowed is { } leases)
        {
            _borrowed = null;
            message.AttachLends(leases, connection.Borrowed);
        }
    }

    /// <summary>A message that is about to be written lends this lease.</summary>
    public void Lend(ulong lease) => _lent.Add(lease, connection.Leases);

    /// <summary>Takes back some lends of a lease; false if there were not so many.</summary>
    public bool TryTakeBack(ulong lease, uint count) => _lent.TryTakeBack(lease, count, connection.Leases);

    /// <summary>Copies a piece of a buffer: of one the host lends, or of what it has changed in one of this side's.</summary>
    public void CopyPiece(FrameReader frame)
    {
        if ((frame.Header.Flags & FrameFlags.Lends) != 0)
        {
            Connection.CopyBufferPiece(frame, lease => (connection.Borrowed.TryGetPrivate(lease, out var bytes), bytes));
            return;
        }

        Connection.CopyBufferPiece(frame, lease =>
        {
            var bytes = Memory<byte>.Empty;
            return (_lent.Contains(lease) && connection.Leases.TryGetLent(lease, out bytes), bytes);
        });
    }

    /// <summary>The host is done with the call.</summary>
    /// <param name="returnLeases">False where the connection takes everything back itself.</param>
    public void Close(bool returnLeases)
    {
        _borrowed?.ForEach(connection.Borrowed.ReturnUnread);
        _lent.Close(returnLeases ? connection.Leases : null);
    }
}
