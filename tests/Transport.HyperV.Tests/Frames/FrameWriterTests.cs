using WinApi.Transport.HyperV.Frames;

namespace WinApi.Transport.HyperV.Tests.Frames;

public sealed class FrameWriterTests : IDisposable
{
    private readonly SocketPair _pair = new();
    private readonly TaskCompletionSource<Exception> _fault = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly FrameWriter _writer;

    public FrameWriterTests() => _writer = new FrameWriter(_pair.Held, fault => _fault.TrySetResult(fault));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_frame_leaves_as_header_head_and_body()
    {
        _writer.Write(FrameType.Call, FrameFlags.Message, 3, 5, [1], [2], [3, 4]);

        var bytes = await Receive(FrameHeader.Size + 4);
        FrameHeader.Read(bytes).Should().Be(new FrameHeader(FrameType.Call, FrameFlags.Message, 3, 5, 1, 4));
        bytes.Skip(FrameHeader.Size).Should().Equal(1, 2, 3, 4);
    }

    [Fact]
    public async Task Frames_of_many_threads_leave_whole_and_each_threads_in_order()
    {
        const int Threads = 8, Each = 500;
        var writing = Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Run(
            async () =>
            {
                for (var index = 0; index < Each; index++)
                {
                    await _writer.WaitForRoomAsync(Stop);
                    _writer.Write(FrameType.Message, FrameFlags.None, (ushort)index, (uint)thread,
                        body: new byte[index]);
                }
            },
            Stop)));

        var last = Enumerable.Repeat(-1, Threads).ToArray();
        for (var frame = 0; frame < Threads * Each; frame++)
        {
            var header = FrameHeader.Read(await Receive(FrameHeader.Size));
            header.Length.Should().Be(header.Code);
            header.Code.Should().Be((ushort)(last[header.Stream] + 1));
            last[header.Stream] = header.Code;
            (await Receive(header.Length)).All(value => value == 0).Should().BeTrue();
        }

        await writing.Soon("the writers");
    }

    [Fact]
    public async Task A_peer_that_does_not_read_holds_messages_back_until_it_does()
    {
        var written = 0;
        while (_writer.WaitForRoomAsync(Stop).IsCompleted)
        {
            _writer.Write(FrameType.Message, FrameFlags.None, 0, 1, body: new byte[10_000]);
            (++written).Should().BeLessThan(1000, "10 MB should not fit");
        }

        var room = _writer.WaitForRoomAsync(Stop).AsTask();
        room.IsCompleted.Should().BeFalse();
        var reading = Receive(written * (FrameHeader.Size + 10_000));

        await room.Soon("room");
        await reading;
    }

    [Fact]
    public async Task A_peer_that_never_reads_what_may_not_be_held_back_is_given_up()
    {
        for (var frame = 0; frame < 20_000_000 / FrameHeader.Size && !_fault.Task.IsCompleted; frame++)
        {
            _writer.Write(FrameType.Pong, FrameFlags.None, 0, 0);
        }

        (await _fault.Task.Soon("the fault")).Should().BeOfType<IOException>();
    }

    [Fact]
    public async Task Draining_completes_when_all_has_left()
    {
        for (var frame = 0; frame < 100; frame++)
        {
            _writer.Write(FrameType.Message, FrameFlags.None, 0, 1, body: new byte[20_000]);
        }

        var drained = _writer.DrainAsync();
        drained.IsCompleted.Should().BeFalse("2 MB do not fit a socket");
        await Receive(100 * (FrameHeader.Size + 20_000));

        await drained.Soon("the draining");
        await _writer.DrainAsync().Soon("draining nothing");
    }

    [Fact]
    public void After_the_end_writing_does_nothing()
    {
        _writer.Dispose();

        _writer.Write(FrameType.Ping, FrameFlags.None, 0, 0);

        _writer.WaitForRoomAsync(Stop).IsCompleted.Should().BeTrue();
        _fault.Task.IsCompleted.Should().BeFalse();
    }

    public void Dispose()
    {
        _writer.Dispose();
        _pair.Dispose();
    }

    private async Task<byte[]> Receive(int count)
    {
        var bytes = new byte[count];
        for (var have = 0; have < count;)
        {
            var got = await _pair.Bare.ReceiveAsync(bytes.AsMemory(have), Stop).AsTask().Soon("bytes");
            got.Should().BePositive();
            have += got;
        }

        return bytes;
    }
}
