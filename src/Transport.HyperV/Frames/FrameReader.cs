using System.Buffers;
using WinApi.Transport.HyperV.Endpoints;
using WinApi.Transport.HyperV.Frames.Rings;

namespace WinApi.Transport.HyperV.Frames;

/// <summary>
/// Cuts the bytes of a socket into frames. One reader at a time. What it exposes of a frame is valid until the next
/// read.
/// </summary>
internal sealed class FrameReader : IDisposable
{
    private ByteStream _stream;
    private byte[] _buffer;
    private int _start;
    private int _end;
    private int _frameStart;

    public FrameReader(ByteStream stream, int maxFrameBytes)
    {
        _stream = stream;
        MaxFrameBytes = maxFrameBytes;
        _buffer = ArrayPool<byte>.Shared.Rent(FrameHeader.Size + maxFrameBytes);
    }

    /// <summary>The largest accepted length of what follows a frame's header.</summary>
    public int MaxFrameBytes { get; }

    public FrameHeader Header { get; private set; }

    public ReadOnlySpan<byte> Head => _buffer.AsSpan(_frameStart + FrameHeader.Size, Header.HeadLength);

    /// <summary>The end of the body, from so many bytes before it.</summary>
    public ReadOnlyMemory<byte> LastOfBody(int length) => _buffer.AsMemory(_start - length, length);

    public ReadOnlySpan<byte> Body =>
        _buffer.AsSpan(_frameStart + FrameHeader.Size + Header.HeadLength, Header.BodyLength);

    /// <summary>Reads bytes that come before the first frame, waiting for them; null if the peer closed before.</summary>
    public byte[]? ReadPreface(SocketStream socket, int length)
    {
        while (_end - _start < length)
        {
            if (!Fill(socket))
            {
                return null;
            }
        }

        var preface = _buffer.AsSpan(_start, length).ToArray();
        _start += length;
        return preface;
    }

    /// <summary>Moves to the next frame, waiting for it; false where the peer has closed between two frames.</summary>
    /// <exception cref="ProtocolViolationException">A length is out of bounds.</exception>
    /// <exception cref="EndOfStreamException">The stream ends inside a frame.</exception>
    public bool Read(SocketStream socket)
    {
        while (!TryTakeFrame())
        {
            if (!Fill(socket))
            {
                CheckEnd();
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether the next frame is here already.</summary>
    public bool HasFrame => _end - _start >= FrameHeader.Size
        && (uint)FrameHeader.Read(_buffer.AsSpan(_start)).Length <= (uint)(_end - _start - FrameHeader.Size);

    /// <summary>Moves to the next frame if all of it is there.</summary>
    /// <exception cref="ProtocolViolationException">A length is out of bounds.</exception>
    public bool TryRead()
    {
        while (!TryTakeFrame())
        {
            MakeRoom();
            var received = _stream.TryReceive(_buffer.AsSpan(_end));
            _end += received;
            if (received == 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <exception cref="EndOfStreamException">The stream ended inside a frame.</exception>
    public void CheckEnd()
    {
        if (_start != _end)
        {
            throw new EndOfStreamException("the peer's stream ended inside a frame: its process has probably ended");
        }
    }

    /// <summary>From now on frames come from the rings. What is left of the socket's bytes are doorbells.</summary>
    public void ContinueOn(RingStream ring)
    {
        _stream = ring;
        _start = _end = 0;
    }

    public void Dispose()
    {
        var buffer = Interlocked.Exchange(ref _buffer, []);
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private bool TryTakeFrame()
    {
        var available = _end - _start;
        if (available < FrameHeader.Size)
        {
            return false;
        }

        var header = FrameHeader.Read(_buffer.AsSpan(_start));
        if (header.Length < 0 || header.Length > MaxFrameBytes)
        {
            throw new ProtocolViolationException(
                $"a frame announces {(uint)header.Length} bytes and the limit is {MaxFrameBytes}");
        }

        if (header.HeadLength < 0 || header.HeadLength > header.Length)
        {
            throw new ProtocolViolationException(
                $"a frame of {header.Length} bytes announces a head of {(uint)header.HeadLength}");
        }

        if (available < FrameHeader.Size + header.Length)
        {
            return false;
        }

        Header = header;
        _frameStart = _start;
        _start += FrameHeader.Size + header.Length;
        return true;
    }

    private bool Fill(SocketStream socket)
    {
        MakeRoom();
        var received = socket.Receive(_buffer.AsSpan(_end));
        _end += received;
        return received > 0;
    }

    private void MakeRoom()
    {
        if (_start == _end)
        {
            _start = _end = 0;
        }
        else if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }
    }
}
