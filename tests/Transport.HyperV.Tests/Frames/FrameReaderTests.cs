using System.Net.Sockets;
using WinApi.Transport.HyperV.Frames;

namespace WinApi.Transport.HyperV.Tests.Frames;

public sealed class FrameReaderTests : IDisposable
{
    private const int Limit = 1000;

    private readonly SocketPair _pair = new();
    private readonly FrameReader _reader;

    public FrameReaderTests() => _reader = new FrameReader(_pair.Held, Limit);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Frames_that_come_byte_by_byte_are_put_together()
    {
        byte[] bytes = [.. Frame(FrameType.Call, [1, 2, 3], [4, 5]), .. Frame(FrameType.Message, [], [6])];
        var sending = Task.Run(
            async () =>
            {
                foreach (var one in bytes)
                {
                    await _pair.Bare.SendAsync(new[] { one }, Stop);
                }
            },
            Stop);

        (await Next()).Should().BeTrue();
        _reader.Header.Type.Should().Be(FrameType.Call);
        _reader.Head.ToArray().Should().Equal(1, 2, 3);
        _reader.Body.ToArray().Should().Equal(4, 5);
        (await Next()).Should().BeTrue();
        _reader.Header.Type.Should().Be(FrameType.Message);
        _reader.Body.ToArray().Should().Equal(6);
        await sending.Soon("the bytes");
    }

    [Fact]
    public async Task Frames_that_come_together_are_cut_apart()
    {
        var bytes = Enumerable.Range(0, 500).SelectMany(index => Frame(FrameType.Message, [], new byte[index % 300]))
            .ToArray();
        var sending = _pair.Bare.SendAsync(bytes, Stop).AsTask();

        for (var index = 0; index < 500; index++)
        {
            (await Next()).Should().BeTrue();
            _reader.Body.Length.Should().Be(index % 300);
        }

        await sending.Soon("the bytes");
    }

    [Fact]
    public async Task A_frame_of_the_largest_length_is_read()
    {
        await _pair.Bare.SendAsync(Frame(FrameType.Message, new byte[Limit / 2], new byte[Limit / 2]), Stop);

        (await Next()).Should().BeTrue();
        _reader.Header.Length.Should().Be(Limit);
    }

    [Theory]
    [InlineData(Limit + 1, 0)]
    [InlineData(int.MaxValue, 0)]
    [InlineData(-1, 0)]
    [InlineData(10, 11)]
    [InlineData(10, -1)]
    public async Task A_length_out_of_bounds_is_a_violation_before_its_bytes_come(int length, int headLength)
    {
        var header = new byte[FrameHeader.Size];
        new FrameHeader(FrameType.Message, FrameFlags.None, 0, 1, headLength, length).Write(header);
        await _pair.Bare.SendAsync(header, Stop);

        await Assert.ThrowsAsync<ProtocolViolationException>(Next);
    }

    [Fact]
    public async Task A_peer_that_closes_between_frames_has_ended_well()
    {
        await _pair.Bare.SendAsync(Frame(FrameType.Ping, [], []), Stop);
        _pair.Bare.Shutdown(SocketShutdown.Send);

        (await Next()).Should().BeTrue();
        (await Next()).Should().BeFalse();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(19)]
    public async Task A_peer_that_closes_inside_a_frame_has_not(int bytes)
    {
        await _pair.Bare.SendAsync(Frame(FrameType.Message, [], [1, 2, 3, 4]).AsMemory(0, bytes), Stop);
        _pair.Bare.Shutdown(SocketShutdown.Send);

        await Assert.ThrowsAsync<EndOfStreamException>(Next);
    }

    [Fact]
    public async Task Bytes_before_the_first_frame_are_read_apart_from_it()
    {
        await _pair.Bare.SendAsync((byte[])[9, 8, 7, .. Frame(FrameType.Ping, [], [])], Stop);

        (await Task.Run(() => _reader.ReadPreface(_pair.Held, 3), Stop).Soon("the preface")).Should().Equal(9, 8, 7);
        (await Next()).Should().BeTrue();
        _reader.Header.Type.Should().Be(FrameType.Ping);
    }

    public void Dispose()
    {
        _reader.Dispose();
        _pair.Dispose();
    }

    private static byte[] Frame(FrameType type, byte[] head, byte[] body)
    {
        var header = new byte[FrameHeader.Size];
        new FrameHeader(type, FrameFlags.None, 0, 0, head.Length, head.Length + body.Length).Write(header);
        return [.. header, .. head, .. body];
    }

    private Task<bool> Next() => Task.Run(() => _reader.Read(_pair.Held), Stop).Soon("the next frame");
}
