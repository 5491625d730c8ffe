using System.Net.Sockets;
using WinApi.Benchmarks.Hosts;
using WinApi.Benchmarks.Measuring;

namespace WinApi.Benchmarks.Peers;

/// <summary>As many messages as a <see cref="StreamLane"/> carries, on a Unix socket in batches.</summary>
internal sealed class RawStreamPeer : IDisposable
{
    private readonly Socket _socket;
    private readonly RawBatches _batches;
    private readonly int _count;
    private readonly byte[] _request = new byte[RawStreamRequest.Bytes];
    private readonly byte[] _reply = new byte[RawMessages.LengthBytes];
    private byte _value;

    public RawStreamPeer(HostProcess host, PayloadSize payload)
    {
        _socket = UnixSocket.Connect(host.SocketPath);
        _socket.SendAll(RawMessages.WriteLength(payload.Bytes));
        _batches = new RawBatches(_socket, payload.Bytes);
        _count = StreamLane.CountOf(payload);
    }

    public async Task<long> DownAsync()
    {
        await BeginAsync(down: true);
        byte value = await _batches.ReceiveAsync(_count);
        return value == _value
            ? _count
            : throw new InvalidDataException($"A raw stream of bytes of {value} came; {_value} was asked for.");
    }

    public async Task<long> UpAsync()
    {
        await BeginAsync(down: false);
        await _batches.SendAsync(_count, _value);
        if (!await _socket.TryReceiveAllAsync(_reply))
        {
            throw new EndOfStreamException("The raw host closed the connection.");
        }

        return RawMessages.ReadLength(_reply);
    }

    public void Dispose() => _socket.Dispose();

    private ValueTask BeginAsync(bool down)
    {
        new RawStreamRequest(down, ++_value, _count).WriteTo(_request);
        return _socket.SendAllAsync(_request);
    }
}
