using WinApi.Benchmarks.Measuring;

namespace WinApi.Benchmarks.Hosts;

/// <summary>The floor without a system call: a thread that spins on shared memory.</summary>
internal sealed class SpinningMemoryHost : IAsyncDisposable
{
    private readonly Mailbox _mailbox;
    private readonly Thread _thread;

    private SpinningMemoryHost(Mailbox mailbox)
    {
        _mailbox = mailbox;
        _thread = new Thread(Serve) { IsBackground = true, Name = "spinning host" };
    }

    public static SpinningMemoryHost Start(string sharedFile)
    {
        var host = new SpinningMemoryHost(new Mailbox(sharedFile));
        host._thread.Start();
        return host;
    }

    public ValueTask DisposeAsync()
    {
        _mailbox.Close();
        _thread.Join();
        _mailbox.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Serve()
    {
        using var own = new PageAlignedBytes();
        while (_mailbox.TryAwaitRequest(out int length, out MailboxCopies copies))
        {
            Span<byte> request = _mailbox.RequestRegion(length);
            switch (copies)
            {
                case MailboxCopies.Reused:
                    AnswerFromACopy(request, _mailbox.ReplyRegion(length), own.OfLength(length));
                    break;
                case MailboxCopies.Fresh:
                    AnswerFromACopy(request, _mailbox.ReplyRegion(length), new byte[length]);
                    break;
                default:
                    PayloadBytes.Write(request, PayloadBytes.ReadRequest(request));
                    break;
            }

            _mailbox.Reply();
        }
    }

    private static void AnswerFromACopy(ReadOnlySpan<byte> request, Span<byte> reply, Span<byte> own)
    {
        request.CopyTo(own);
        PayloadBytes.Write(own, PayloadBytes.ReadRequest(own));
        own.CopyTo(reply);
    }
}
