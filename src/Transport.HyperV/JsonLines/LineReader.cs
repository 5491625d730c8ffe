using System.Net.Sockets;
using System.Text;

namespace WinApi.Transport.HyperV.JsonLines;

/// <summary>Cuts what a socket receives into lines of UTF-8; empty lines are left out.</summary>
internal sealed class LineReader(Socket socket, int maxBytes)
{
    private byte[] _buffer = new byte[4096];
    private int _length;

    /// <summary>The next line, without its end; null where the peer sends no more.</summary>
    /// <exception cref="InvalidDataException">The line is longer than the limit.</exception>
    /// <exception cref="SocketException">The connection is broken.</exception>
    public async Task<string?> ReadAsync(CancellationToken cancellationToken)
    {
        var searched = 0;
        while (true)
        {
            var end = _buffer.AsSpan(searched, _length - searched).IndexOf((byte)'\n');
            if (end >= 0)
            {
                if (Take(searched + end, 1) is { Length: > 0 } line)
                {
                    return line;
                }

                searched = 0;
                continue;
            }

            searched = _length;
            if (_length > maxBytes)
            {
                throw new InvalidDataException($"a line is longer than {maxBytes} bytes");
            }

            if (_length == _buffer.Length)
            {
                Array.Resize(ref _buffer, _buffer.Length * 2);
            }

            var received = await socket.ReceiveAsync(_buffer.AsMemory(_length), cancellationToken).ConfigureAwait(false);
            if (received == 0)
            {
                return Take(_length, 0) is { Length: > 0 } last ? last : null;
            }

            _length += received;
        }
    }

    private string Take(int length, int endLength)
    {
        var line = Encoding.UTF8.GetString(_buffer, 0, length).Trim();
        var taken = length + endLength;
        _buffer.AsSpan(taken, _length - taken).CopyTo(_buffer);
        _length -= taken;
        return line;
    }
}
