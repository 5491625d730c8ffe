using Grpc.Core;
using WinApi.Benchmarks.Hosts;
using WinApi.Benchmarks.Measuring;
using WinApi.Benchmarks.Schema;
using WinApi.Transport.HyperV;

namespace WinApi.Benchmarks.Peers;

/// <summary>Ours: <see cref="HyperVChannel"/> to <see cref="HyperVServer"/>.</summary>
internal sealed class TransportPeer : IDisposable
{
    private readonly HyperVChannel _channel;
    private readonly Exchange.ExchangeClient _exchange;
    private readonly PayloadSize _payload;
    private byte _value;

    public TransportPeer(HostProcess host, TransportSetup setup, PayloadSize payload)
    {
        _payload = payload;
        _channel = new HyperVChannel(OptionsOf(host, setup, payload));
        _channel.ConnectAsync().GetAwaiter().GetResult();
        RequireSetup(_channel.Connection!, setup);
        Invoker = _channel.CreateCallInvoker();
        _exchange = new Exchange.ExchangeClient(Invoker);
    }

    public CallInvoker Invoker { get; }

    public MessageLane Lane() => new(Invoker, _payload);

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
        using SharedBuffer buffer = await _channel.RentBufferAsync(_payload.Bytes);
        BufferReply reply = await _exchange.OpenAsync(new BufferRequest { Buffer = buffer.Reference });
        if (reply.Length != (ulong)_payload.Bytes)
        {
            throw new InvalidDataException($"The host opened {reply.Length} bytes of {_payload.Bytes}.");
        }
    }

    public void Dispose() => _channel.Dispose();

    private static HyperVChannelOptions OptionsOf(HostProcess host, TransportSetup setup, PayloadSize payload)
    {
        var options = new HyperVChannelOptions
        {
            Endpoint = TransportEndpoint.Parse(setup.Tcp ? host.TcpEndpoint! : $"unix://{host.SocketPath}"),
            SharedMemory = setup.Memory,
            UseRings = setup.Rings,
            SharedMemoryFile = setup.Memory == SharedMemoryMode.File ? host.SharedFile : null,
            MaxReceiveMessageBytes = PayloadSize.LargestMessage,
            MaxSendMessageBytes = PayloadSize.LargestMessage,
        };

        // Half of it is a region, and a message is a little longer than its payload.
        options.SharedMemoryBytes = Math.Max(options.SharedMemoryBytes, 3L * payload.Bytes);
        return options;
    }

    private async Task<SharedBuffer> RentAndWriteAsync()
    {
        SharedBuffer buffer = await _channel.RentBufferAsync(_payload.Bytes);
        PayloadBytes.Write(buffer.Span, ++_value);
        return buffer;
    }

    private static void RequireSetup(ConnectionInfo connection, TransportSetup setup)
    {
        if (connection.Memory != setup.ExpectedMemory || connection.UsesRings != setup.Rings)
        {
            throw new InvalidOperationException(
                $"The connection's memory is '{connection.Memory}' ({connection.MemoryReason}), with rings: "
                + $"{connection.UsesRings}; asked for was {setup}: these would be figures of something else.");
        }
    }
}
