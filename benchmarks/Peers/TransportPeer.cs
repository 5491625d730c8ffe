using WinApi.Benchmarks.Hosts;
using WinApi.Benchmarks.Measuring;
using WinApi.Benchmarks.Schema;
using WinApi.Transport.HyperV;

namespace WinApi.Benchmarks.Peers;

/// <summary>
/// Ours: <see cref="HyperVChannel"/> to <see cref="HyperVServer"/> over a Unix socket and a memfd. The two regions are
/// 16 MiB each: an ordinary message of 4 MiB is a few bytes longer than the default region of 4 MiB.
/// </summary>
internal sealed class TransportPeer : IDisposable
{
    private const long SharedMemoryBytes = 32 * 1024 * 1024;

    private readonly HostProcess _host;
    private readonly HyperVChannel _channel;
    private readonly Exchange.ExchangeClient _exchange;
    private readonly int _payloadBytes;
    private byte _value;

    public TransportPeer(PayloadSize payload)
    {
        _host = HostProcess.Start(HostKind.Transport, payload.Bytes);
        _channel = new HyperVChannel(new HyperVChannelOptions
        {
            Endpoint = TransportEndpoint.Parse($"unix://{_host.SocketPath}"),
            SharedMemoryBytes = SharedMemoryBytes,
        });
        _channel.ConnectAsync().GetAwaiter().GetResult();
        RequireSharedMemory(_channel.Connection);

        _exchange = new Exchange.ExchangeClient(_channel);
        _payloadBytes = payload.Bytes;
        Calls = new MessageCalls(_channel.CreateCallInvoker(), payload);
    }

    public MessageCalls Calls { get; }

    /// <summary>The answer comes back in the buffer of the request.</summary>
    public async Task InPlaceAsync()
    {
        using SharedBuffer buffer = await RentAndWriteAsync();
        await _exchange.InPlaceAsync(new BufferRequest { Buffer = buffer.Reference });
        PayloadBytes.ReadAll(buffer.ReadOnlySpan, PayloadBytes.AnswerTo(_value));
    }

    /// <summary>The answer comes back in a buffer that the host rented.</summary>
    public async Task CopyAsync()
    {
        using SharedBuffer request = await RentAndWriteAsync();
        BufferReply reply = await _exchange.CopyAsync(new BufferRequest { Buffer = request.Reference });
        using SharedBuffer answer = _channel.OpenBuffer(reply.Buffer);
        PayloadBytes.ReadAll(answer.ReadOnlySpan, PayloadBytes.AnswerTo(_value));
    }

    /// <summary>A buffer is rented, lent and given back, but nobody touches its bytes.</summary>
    public async Task OpenAsync()
    {
        using SharedBuffer buffer = await _channel.RentBufferAsync(_payloadBytes);
        BufferReply reply = await _exchange.OpenAsync(new BufferRequest { Buffer = buffer.Reference });
        if (reply.Length != (ulong)_payloadBytes)
        {
            throw new InvalidDataException($"The host opened {reply.Length} bytes of {_payloadBytes}.");
        }
    }

    public void Dispose()
    {
        _channel.Dispose();
        _host.Dispose();
    }

    private async Task<SharedBuffer> RentAndWriteAsync()
    {
        SharedBuffer buffer = await _channel.RentBufferAsync(_payloadBytes);
        PayloadBytes.Write(buffer.Span, ++_value);
        return buffer;
    }

    private static void RequireSharedMemory(ConnectionInfo? connection)
    {
        if (connection is not { Memory: not "none" })
        {
            throw new InvalidOperationException(
                $"The connection shares no memory ({connection?.MemoryReason}): these would be figures of the socket.");
        }
    }
}
