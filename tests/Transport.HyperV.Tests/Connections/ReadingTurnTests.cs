using WinApi.Transport.HyperV.Connections;
using WinApi.Transport.HyperV.Endpoints;

namespace WinApi.Transport.HyperV.Tests.Connections;

public sealed class ReadingTurnTests
{
    private readonly ReadingTurn _turn = new();
    private readonly SignalledStream _stream = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void A_caller_gets_no_turn_while_the_loop_reads() => _turn.TryTakeAsCaller().Should().BeFalse();

    [Fact]
    public async Task A_signal_gives_the_turn_back_to_the_loop()
    {
        var loop = Wait();
        _stream.Signal.Set();

        await loop.Soon("the loop");
        _turn.TryTakeAsCaller().Should().BeFalse();
    }

    [Fact]
    public async Task A_caller_takes_the_turn_while_the_loop_waits_and_keeps_it_when_a_signal_comes()
    {
        var loop = Wait();
        await TakeAsCaller();

        _stream.Signal.Set();
        await Patience.Until(() => _stream.Waits > 0, "the loop to wake");

        loop.IsCompleted.Should().BeFalse();
        _turn.TryTakeAsCaller().Should().BeFalse("one reads at a time");
        _turn.Leave();
        await loop.Soon("the loop, once no caller has come for a while");
    }

    [Fact]
    public async Task Who_waits_for_frames_that_no_caller_reads_has_the_loop_go_on_as_soon_as_the_caller_leaves()
    {
        var loop = Wait();
        await TakeAsCaller();
        _stream.Signal.Set();
        _turn.BeginWanting();

        _turn.Leave();

        await loop.Soon("the loop");
    }

    [Fact]
    public async Task At_the_end_the_loop_waits_for_the_caller_that_reads()
    {
        var ending = new ThrowingStream();
        var loop = Task.Run(() => _turn.WaitAsLoop(ending), Stop);
        await TakeAsCaller();
        ending.Signal.Set();
        await Assert.ThrowsAsync<IOException>(() => loop.Soon("the failure"));

        var end = Task.Run(_turn.TakeForGood, Stop);
        end.IsCompleted.Should().BeFalse();
        _turn.Leave();

        await end.Soon("the end");
        _turn.TryTakeAsCaller().Should().BeFalse();
    }

    private Task<bool> Wait() => Task.Run(() => _turn.WaitAsLoop(_stream), Stop);

    private Task TakeAsCaller() => Patience.Until(_turn.TryTakeAsCaller, "a caller's turn");

    /// <summary>Has nothing to read, and signals as long as it is told to.</summary>
    private class SignalledStream : ByteStream
    {
        private int _waits;

        public ManualResetEventSlim Signal { get; } = new();

        public int Waits => Volatile.Read(ref _waits);

        public override bool PeerHasClosed => false;

        public override bool SendsWithoutSystemCall => true;

        public override int TryReceive(Span<byte> buffer) => 0;

        public override bool Spin(ref int giveWay) => false;

        public override bool BeginSleep() => true;

        public override void EndSleep(bool signalled)
        {
        }

        public override bool WaitForSignal(int milliseconds)
        {
            var signalled = Signal.Wait(milliseconds, Stop);
            Interlocked.Increment(ref _waits);
            return signalled;
        }

        public override void EndReading()
        {
        }

        public override ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
            ValueTask.CompletedTask;
    }

    private sealed class ThrowingStream : SignalledStream
    {
        public override bool WaitForSignal(int milliseconds)
        {
            base.WaitForSignal(milliseconds);
            throw new IOException("the socket is gone");
        }
    }
}
