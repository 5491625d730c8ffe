using System.Buffers.Binary;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using WinApi.Transport.HyperV.Frames;
using WinApi.Transport.HyperV.Tests.HostilePeers;

namespace WinApi.Transport.HyperV.Tests.Fuzzing;

/// <summary>
/// A channel with a call of each kind, to a host that takes them, sends the input and closes. Every call ends, with a status; the
/// connection ends by no fault of this side.
/// </summary>
internal static class ClientTarget
{
    // In place of this lease an input names the one that the client has lent.
    private const ulong LentLease = 0x4C45_4E54;

    public static async Task<string> RunAsync(FuzzInput input, bool sharesMemory)
    {
        var folder = Directory.CreateTempSubdirectory("winapi-");
        var endpoint = TransportEndpoint.Parse($"unix://{folder.FullName}/host.sock");
        using var log = new EndLog();
        using var listener = endpoint.Listen(1, NullLogger.Instance);
        var channel = new HyperVChannel(new HyperVChannelOptions
        {
            Endpoint = endpoint,
            SharedMemoryBytes = 1 << 20,
            StreamWindowBytes = RawPeer.WindowBytes,
            MaxReceiveMessageBytes = 1 << 20,
            LoggerFactory = log,
        });
        var renting = channel.RentBufferAsync(100).AsTask();
        var host = await RawPeer.AcceptAsync(listener, sharesMemory);
        using var buffer = await renting.Soon("a buffer");
        var calls = await StartCallsAsync(channel, host, buffer);

        var cut = await Record.ExceptionAsync(() => host.SendBytesAsync(Name(input.Bytes, buffer.Reference.Lease)));
        host.Dispose();
        var end = await log.Ended.Soon("the connection's end");
        await channel.DisposeAsync().AsTask().Soon("the channel's end");
        await Task.WhenAll(calls).Soon("the calls' ends");

        folder.Delete(recursive: true);
        log.ThrowIfFailed();
        return cut is null or SocketException ? end : throw new InvalidOperationException("Sending failed.", cut);
    }

    /// <summary>As streams 1 to 4, in order; each task ends with its call, well or with a status.</summary>
    private static async Task<Task[]> StartCallsAsync(HyperVChannel channel, RawPeer host, SharedBuffer buffer)
    {
        var client = new Target.TargetClient(channel);
        var invoker = channel.CreateCallInvoker();
        var calls = new List<Task> { EndsAsync(client.EchoAsync(new Plain()).ResponseAsync) };
        await TakeAsync(host, 1);
        calls.Add(EndsAsync(client.ReadAsync(new Shape { Single = buffer.Reference }).ResponseAsync));
        await TakeAsync(host, 2);
        calls.Add(EndsAsync(ReadAllAsync(
            invoker.AsyncServerStreamingCall(FuzzMethods.Feed, null, default, new Plain()).ResponseStream)));
        await TakeAsync(host, 3);
        calls.Add(EndsAsync(ChatAsync(invoker.AsyncDuplexStreamingCall(FuzzMethods.Chat, null, default))));
        await TakeAsync(host, 4);
        return [.. calls];
    }

    private static async Task TakeAsync(RawPeer host, uint stream)
    {
        do
        {
            (await host.ReadAsync()).Should().BeTrue();
        }
        while (host.Header.Type != FrameType.Call);
        host.Header.Stream.Should().Be(stream);
    }

    private static async Task ChatAsync(AsyncDuplexStreamingCall<Plain, Plain> call)
    {
        await call.RequestStream.WriteAsync(new Plain());
        await ReadAllAsync(call.ResponseStream);
    }

    private static async Task ReadAllAsync(IAsyncStreamReader<Plain> responses)
    {
        while (await responses.MoveNext(CancellationToken.None))
        {
        }
    }

    private static async Task EndsAsync(Task call)
    {
        try
        {
            await call;
        }
        catch (RpcException)
        {
        }
        catch (InvalidOperationException e) when (e.Message.Contains("the host reads no more", StringComparison.Ordinal))
        {
            // It ended well before its first message was sent.
        }
    }

    private static byte[] Name(byte[] bytes, ulong lease)
    {
        for (var start = 0; start + sizeof(ulong) <= bytes.Length; start++)
        {
            var number = bytes.AsSpan(start, sizeof(ulong));
            if (BinaryPrimitives.ReadUInt64LittleEndian(number) == LentLease)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(number, lease);
            }
        }

        return bytes;
    }
}
