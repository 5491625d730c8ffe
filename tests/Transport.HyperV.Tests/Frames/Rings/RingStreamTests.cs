using System.Buffers.Binary;
using WinApi.Transport.HyperV.Frames;
using WinApi.Transport.HyperV.Frames.Rings;
using WinApi.Transport.HyperV.Memory;

namespace WinApi.Transport.HyperV.Tests.Frames.Rings;

public sealed class RingStreamTests
{
    private const int ClientProduced = 1024;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_one_side_sends_the_other_receives_whole_and_in_order_around_the_end_of_the_ring()
    {
        using var pair = new RingPair();
        var sent = new byte[5 * MappingLayout.RingBytes];
        Random.Shared.NextBytes(sent);
        var received = new byte[sent.Length];

        var receiving = Task.Run(() =>
        {
            var sizes = new Random(7);
            for (var count = 0; count < received.Length;)
            {
                var size = Math.Min(received.Length - count, sizes.Next(1, 30_000));
                count += Receive(pair.Host, received.AsSpan(count, size));
            }
        });

        // A sender hears the bell for room through whoever reads on its side.
        var hearing = Task.Run(() => Receive(pair.Client, new byte[1]), Stop);
        for (var start = 0; start < sent.Length; start += 33_333)
        {
            await pair.Client.SendAsync(sent.AsMemory(start, Math.Min(33_333, sent.Length - start)), Stop).AsTask().Soon("the sending");
        }

        await receiving.Soon("all bytes");
        received.Should().Equal(sent);
        await pair.Host.SendAsync(new byte[1], Stop);
        (await hearing.Soon("the byte")).Should().Be(1);
    }

    [Fact]
    public async Task A_sleeping_reader_is_woken_once_for_each_sleep()
    {
        using var pair = new RingPair();
        pair.Host.BeginSleep().Should().BeTrue();

        for (var i = 0; i < 5; i++)
        {
            await pair.Client.SendAsync(new byte[10], Stop);
        }

        pair.BellsForHost.Should().Be(1);
    }

    [Fact]
    public async Task A_reader_that_is_awake_is_not_rung_for()
    {
        using var pair = new RingPair();
        pair.Host.BeginSleep().Should().BeTrue();
        pair.Host.EndSleep(signalled: false);

        await pair.Client.SendAsync(new byte[10], Stop);

        pair.BellsForHost.Should().Be(0);
        pair.Host.TryReceive(new byte[20]).Should().Be(10);
    }

    [Fact]
    public async Task Who_would_sleep_though_something_is_there_stays_awake()
    {
        using var pair = new RingPair();
        await pair.Client.SendAsync(new byte[10], Stop);

        pair.Host.BeginSleep().Should().BeFalse();
    }

    [Fact]
    public async Task A_sender_waits_while_the_ring_is_full_and_goes_on_when_it_is_read()
    {
        using var pair = new RingPair();
        var sending = pair.Client.SendAsync(new byte[MappingLayout.RingBytes + 1], Stop).AsTask();
        sending.IsCompleted.Should().BeFalse();

        pair.Host.TryReceive(new byte[MappingLayout.RingBytes]).Should().Be(MappingLayout.RingBytes);
        pair.Client.EndSleep(pair.Client.WaitForSignal(-1));

        await sending.Soon("the rest");
        pair.Host.TryReceive(new byte[10]).Should().Be(1);
    }

    [Fact]
    public async Task A_sender_that_waits_for_room_fails_when_nobody_will_read_any_more()
    {
        using var pair = new RingPair();
        var sending = pair.Client.SendAsync(new byte[MappingLayout.RingBytes + 1], Stop).AsTask();

        pair.Client.EndReading();
        pair.Mapping.TryAddReference().Should().BeTrue(); // for the pair's own EndReading

        await sending.Invoking(task => task.Soon("the failure")).Should().ThrowAsync<ObjectDisposedException>();
    }

    [Theory]
    [InlineData(MappingLayout.RingBytes + 1)]
    [InlineData(int.MaxValue)]
    [InlineData(-1)]
    public void A_count_that_no_ring_can_hold_is_a_violation(int count)
    {
        using var pair = new RingPair();
        BinaryPrimitives.WriteInt32LittleEndian(pair.Mapping.GetSpan(ClientProduced, 4), count);

        var receive = () => pair.Host.TryReceive(new byte[100]);

        receive.Should().Throw<ProtocolViolationException>().WithMessage("*ring*");
    }

    [Fact]
    public async Task A_peer_that_says_it_has_read_more_than_was_written_is_a_violation()
    {
        using var pair = new RingPair();
        const int clientRingConsumed = 1152;
        BinaryPrimitives.WriteUInt32LittleEndian(pair.Mapping.GetSpan(clientRingConsumed, 4), 5);

        var send = async () => await pair.Client.SendAsync(new byte[10], Stop);

        await send.Should().ThrowAsync<ProtocolViolationException>();
    }

    [Fact]
    public async Task What_a_peer_wrote_before_it_closed_is_received_before_the_end()
    {
        using var pair = new RingPair();
        await pair.Client.SendAsync(new byte[10], Stop);
        pair.HostSocket.Dispose(); // the client's view: the host is gone
        var buffer = new byte[20];

        (await Task.Run(() => Receive(pair.Client, buffer), Stop).Soon("the end")).Should().Be(0);
        pair.Host.TryReceive(buffer).Should().Be(10);
    }

    /// <summary>Waits for bytes as the loop of a connection does; 0 at the end.</summary>
    private static int Receive(RingStream stream, Span<byte> buffer)
    {
        while (true)
        {
            var received = stream.TryReceive(buffer);
            if (received > 0 || stream.PeerHasClosed)
            {
                return received;
            }

            if (stream.BeginSleep())
            {
                stream.EndSleep(stream.WaitForSignal(-1));
            }
        }
    }
}
