using WinApi.Benchmarks.Hosts;
using WinApi.Benchmarks.Measuring;

namespace WinApi.Benchmarks.Peers;

/// <summary>Spins on shared memory until the host has answered.</summary>
internal sealed class SpinningMemoryPeer(HostProcess host, PayloadSize payload) : IDisposable
{
    private readonly Mailbox _mailbox = new(host.SharedFile);
    private readonly PageAlignedBytes _own = new();
    private byte _value;

    /// <summary>The payload is written, read and answered where it lies.</summary>
    public void InPlace()
    {
        Span<byte> request = _mailbox.RequestRegion(payload.Bytes);
        PayloadBytes.Write(request, ++_value);
        _mailbox.Exchange(payload.Bytes, MailboxCopies.None);
        PayloadBytes.ReadAll(request, PayloadBytes.AnswerTo(_value));
    }

    /// <summary>Each end works on memory of its own: one copy in and one out, in each direction.</summary>
    public void Copied()
    {
        Span<byte> own = _own.OfLength(payload.Bytes);
        Send(own, MailboxCopies.Reused);
        Receive(own);
    }

    /// <summary>The same, and what comes is copied into a new array, as it is for an ordinary message.</summary>
    public void CopiedFresh()
    {
        Send(_own.OfLength(payload.Bytes), MailboxCopies.Fresh);
        Receive(new byte[payload.Bytes]);
    }

    private void Send(Span<byte> own, MailboxCopies copies)
    {
        PayloadBytes.Write(own, ++_value);
        own.CopyTo(_mailbox.RequestRegion(payload.Bytes));
        _mailbox.Exchange(payload.Bytes, copies);
    }

    private void Receive(Span<byte> own)
    {
        _mailbox.ReplyRegion(payload.Bytes).CopyTo(own);
        PayloadBytes.ReadAll(own, PayloadBytes.AnswerTo(_value));
    }

    public void Dispose()
    {
        _mailbox.Dispose();
        _own.Dispose();
    }
}
