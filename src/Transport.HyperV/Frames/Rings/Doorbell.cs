using WinApi.Transport.HyperV.Endpoints;

namespace WinApi.Transport.HyperV.Frames.Rings;

/// <summary>
/// Wakes the peer, once for each of its sleeps: a byte on the socket, whose value means nothing. Safe for use by many
/// threads.
/// </summary>
internal sealed class Doorbell(SocketStream socket)
{
    private static readonly byte[] s_bell = [0];

    private int _wanted;

    /// <summary>Rings if the word says that the peer sleeps, and has not been rung for this sleep.</summary>
    /// <param name="sleepWord">The peer's word, read after a full fence.</param>
    /// <param name="rungFor">What it was when this was rung last; the caller keeps it.</param>
    public void RingFor(uint sleepWord, ref uint rungFor)
    {
        if ((sleepWord & 1) != 0 && sleepWord != rungFor)
        {
            rungFor = sleepWord;
            _ = RingAsync();
        }
    }

    /// <summary>Who finds somebody ringing leaves it to them: they ring once more.</summary>
    private async Task RingAsync()
    {
        if (Interlocked.Increment(ref _wanted) != 1)
        {
            return;
        }

        int seen;
        do
        {
            seen = Volatile.Read(ref _wanted);
            try
            {
                await socket.SendAsync(s_bell, CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception e) when (e is System.Net.Sockets.SocketException or ObjectDisposedException)
            {
                // Whoever reads finds the socket closed.
            }
        }
        while (Interlocked.Add(ref _wanted, -seen) != 0);
    }
}
