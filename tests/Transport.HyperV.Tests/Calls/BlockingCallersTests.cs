using WinApi.Transport.HyperV.Frames;
using WinApi.Transport.HyperV.Tests.HostilePeers;

namespace WinApi.Transport.HyperV.Tests.Calls;

/// <summary>Callers that block and read the connection in turn; nothing but replies wakes them.</summary>
public sealed class BlockingCallersTests() : HostileHostTest(options =>
    (options.HeartbeatInterval, options.HeartbeatTimeout) = (TimeSpan.FromHours(1), TimeSpan.FromHours(1)))
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_reads_its_own_reply_hands_on_the_one_that_came_with_it(bool firstIsFirst)
    {
        RawPeer? host = null;
        for (var round = 0u; round < 50; round++)
        {
            var calls = Enumerable.Range(0, 2).Select(_ => Task.Factory.StartNew(
                () => Client.Echo(new Plain()), Stop, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();
            host ??= await RawPeer.AcceptAsync(Listener, sharesMemory: false).Soon("the client");
            (await host.ReadAsync()).Should().BeTrue();
            (await host.ReadAsync()).Should().BeTrue();
            var (first, second) = ((2 * round) + 1, (2 * round) + 2);

            await host.SendBytesAsync([.. Reply(firstIsFirst ? first : second), .. Reply(firstIsFirst ? second : first)]);

            await Task.WhenAll(calls).Soon($"both replies of round {round}");
        }

        host!.Dispose();
    }

    private static byte[] Reply(uint stream)
    {
        var bytes = new byte[FrameHeader.Size];
        new FrameHeader(FrameType.Trailers, FrameFlags.Message, 0, stream, 0, 0).Write(bytes);
        return bytes;
    }
}
