using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;

namespace WinApi.Transport.HyperV.Endpoints;

/// <summary>A connected stream socket.</summary>
/// <remarks>
/// It waits with poll and then receives, on the thread that will read: one wake-up, several times as
/// fast as an asynchronous one (docs/performance.md).
/// </remarks>
internal sealed class SocketStream : ByteStream, IDisposable
{
    private readonly Socket _socket;
    private bool _isDrained;
    private bool _expectsDescriptor;
    private SafeFileHandle? _descriptor;
    private volatile bool _peerHasClosed;

    public SocketStream(Socket socket, bool passesDescriptors)
    {
        socket.Blocking = false;
        _socket = socket;
        PassesDescriptors = passesDescriptors;
    }

    public bool PassesDescriptors { get; }

    public override bool PeerHasClosed => _peerHasClosed;

    public override bool SendsWithoutSystemCall => false;

    /// <exception cref="SocketException">The connection is broken.</exception>
    public override int TryReceive(Span<byte> buffer)
    {
        if (_isDrained || _peerHasClosed)
        {
            return 0;
        }

        if (!TryReceiveOnce(buffer, out var received))
        {
            _isDrained = true;
            return 0;
        }

        _peerHasClosed = received == 0;
        _isDrained = received < buffer.Length && !_expectsDescriptor;
        return received;
    }

    public override bool Spin(ref int giveWay) => false;

    public override bool BeginSleep() => true;

    public override void EndSleep(bool signalled) => _isDrained = false;

    /// <exception cref="SocketException">The connection is broken.</exception>
    /// <exception cref="ObjectDisposedException">This side has closed it.</exception>
    public override bool WaitForSignal(int milliseconds) =>
        _socket.Poll(milliseconds < 0 ? -1 : milliseconds * 1000, SelectMode.SelectRead);

    public override void EndReading()
    {
    }

    /// <summary>Waits for bytes and takes them; 0 where the peer has closed. For the handshake.</summary>
    /// <exception cref="SocketException">The connection is broken.</exception>
    /// <exception cref="ObjectDisposedException">This side has closed it.</exception>
    public int Receive(Span<byte> buffer)
    {
        while (true)
        {
            var received = TryReceive(buffer);
            if (received > 0 || _peerHasClosed)
            {
                return received;
            }

            EndSleep(WaitForSignal(-1));
        }
    }

    /// <summary>Waits for the first byte, and leaves it where it is; null where the peer has closed. For the handshake.</summary>
    /// <exception cref="SocketException">The connection is broken.</exception>
    /// <exception cref="ObjectDisposedException">This side has closed it.</exception>
    public byte? PeekByte()
    {
        WaitForSignal(-1);
        Span<byte> first = stackalloc byte[1];
        return _socket.Receive(first, SocketFlags.Peek) == 1 ? first[0] : null;
    }

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public override async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[await _socket.SendAsync(bytes, SocketFlags.None, cancellationToken).ConfigureAwait(false)..];
        }
    }

    /// <summary>Sends all of the bytes, waiting for room, and a descriptor with the first of them. For the handshake.</summary>
    public void Send(ReadOnlySpan<byte> bytes, SafeFileHandle? descriptor = null)
    {
        if (descriptor is not null)
        {
            bytes = OperatingSystem.IsLinux()
                ? bytes[DescriptorPassing.Send(_socket.SafeHandle, bytes, descriptor)..]
                : throw new PlatformNotSupportedException();
        }

        while (bytes.Length > 0)
        {
            var sent = _socket.Send(bytes, SocketFlags.None, out var error);
            if (error == SocketError.WouldBlock)
            {
                _socket.Poll(-1, SelectMode.SelectWrite);
            }
            else if (error != SocketError.Success)
            {
                throw new SocketException((int)error);
            }

            bytes = bytes[sent..];
        }
    }

    /// <summary>From now on, keeps a descriptor that comes with the bytes.</summary>
    public void ExpectDescriptor() => _expectsDescriptor = PassesDescriptors;

    /// <summary>Takes the descriptor that came, if one did; others are refused from now on.</summary>
    public SafeFileHandle? TakeDescriptor()
    {
        _expectsDescriptor = false;
        return Interlocked.Exchange(ref _descriptor, null);
    }

    public void Dispose()
    {
        TakeDescriptor()?.Dispose();
        _socket.Dispose();
    }

    private bool TryReceiveOnce(Span<byte> buffer, out int received)
    {
        if (!_expectsDescriptor || !OperatingSystem.IsLinux())
        {
            received = _socket.Receive(buffer, SocketFlags.None, out var error);
            return error switch
            {
                SocketError.Success => true,
                SocketError.WouldBlock => false,
                _ => throw new SocketException((int)error),
            };
        }

        if (!DescriptorPassing.TryReceive(_socket.SafeHandle, buffer, out received, out var descriptor))
        {
            return false;
        }

        Interlocked.Exchange(ref _descriptor, descriptor ?? _descriptor)?.Dispose();
        return true;
    }
}
