using System.Net.Sockets;

namespace WinApi.Benchmarks.Hosts;

/// <summary>Messages of one length as they come from a socket: as many at once as are there and fit a batch.</summary>
internal sealed class RawInbox(Socket socket, int messageBytes)
{
    private readonly byte[] _bytes = new byte[RawMessages.BatchBytes(messageBytes)];
    private int _filled;
    private int _given;

    /// <returns>Whole messages, until the next call; empty when the peer closed the connection.</returns>
    public async ValueTask<Memory<byte>> ReceiveAsync()
    {
        KeepTheCutMessage();
        do
        {
            int received = await socket.ReceiveAsync(_bytes.AsMemory(_filled), SocketFlags.None);
            if (received == 0)
            {
                return Memory<byte>.Empty;
            }

            _filled += received;
        }
        while (_filled < messageBytes);

        _given = _filled - _filled % messageBytes;
        return _bytes.AsMemory(0, _given);
    }

    private void KeepTheCutMessage()
    {
        _bytes.AsSpan(_given, _filled - _given).CopyTo(_bytes);
        _filled -= _given;
        _given = 0;
    }
}
