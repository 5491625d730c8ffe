using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;

namespace WinApi.Transport.HyperV.Endpoints;

/// <summary>A connected stream socket. One receive and one send at a time.</summary>
internal sealed class SocketStream(Socket socket, bool passesDescriptors) : ByteStream, IDisposable
{
    private bool _expectsDescriptor;
    private SafeFileHandle? _descriptor;

    public bool PassesDescriptors => passesDescriptors;

    /// <inheritdoc/>
    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
        _expectsDescriptor
            ? ReceiveWithDescriptorAsync(buffer, cancellationToken)
            : socket.ReceiveAsync(buffer, SocketFlags.None, cancellationToken);

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public override async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[await socket.SendAsync(bytes, SocketFlags.None, cancellationToken).ConfigureAwait(false)..];
        }
    }

    /// <summary>Sends all of the bytes, and with the first of them a descriptor.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask SendWithDescriptorAsync(
        ReadOnlyMemory<byte> bytes, SafeFileHandle descriptor, CancellationToken cancellationToken)
    {
        var sent = OperatingSystem.IsLinux()
            ? DescriptorPassing.Send(socket.SafeHandle, bytes.Span, descriptor)
            : throw new PlatformNotSupportedException();
        await SendAsync(bytes[sent..], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>From now on, keeps a descriptor that comes with the bytes.</summary>
    public void ExpectDescriptor() => _expectsDescriptor = passesDescriptors;

    /// <summary>Takes the descriptor that came, if one did; others are refused from now on.</summary>
    public SafeFileHandle? TakeDescriptor()
    {
        _expectsDescriptor = false;
        return Interlocked.Exchange(ref _descriptor, null);
    }

    public void Dispose()
    {
        TakeDescriptor()?.Dispose();
        socket.Dispose();
    }

    private async ValueTask<int> ReceiveWithDescriptorAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (OperatingSystem.IsLinux())
        {
            // Receiving nothing completes when there is something to receive, and takes neither bytes nor descriptor.
            await socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, cancellationToken).ConfigureAwait(false);
            if (DescriptorPassing.TryReceive(socket.SafeHandle, buffer.Span, out var received, out var descriptor))
            {
                Interlocked.Exchange(ref _descriptor, descriptor ?? _descriptor)?.Dispose();
                return received;
            }
        }

        throw new PlatformNotSupportedException();
    }
}
