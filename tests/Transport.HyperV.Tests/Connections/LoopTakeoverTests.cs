using WinApi.Transport.HyperV.Connections;

namespace WinApi.Transport.HyperV.Tests.Connections;

public sealed class LoopTakeoverTests
{
    [Fact]
    public void Work_that_returns_soon_leaves_the_loop_in_charge()
    {
        using var takeover = new LoopTakeover(_ => Assert.Fail("No other loop is needed."));
        var runs = 0;

        for (var i = 0; i < 1000; i++)
        {
            takeover.Run(LoopTakeover.FirstLoop, new Work(() => runs++)).Should().BeTrue();
        }

        runs.Should().Be(1000);
    }

    [Fact]
    public async Task While_work_blocks_another_loop_goes_on_and_the_first_ends()
    {
        var started = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var takeover = new LoopTakeover(started.SetResult);
        using var release = new ManualResetEventSlim();

        var first = Task.Run(() => takeover.Run(LoopTakeover.FirstLoop, new Work(release.Wait)));
        var second = await started.Task.Soon("another loop");
        takeover.Run(second, new Work(() => { })).Should().BeTrue();
        release.Set();

        (await first.Soon("the first loop")).Should().BeFalse();
    }

    [Fact]
    public async Task Work_that_blocks_after_a_pause_is_noticed_too()
    {
        var started = new SemaphoreSlim(0);
        using var takeover = new LoopTakeover(_ => started.Release());
        takeover.Run(LoopTakeover.FirstLoop, new Work(() => { })).Should().BeTrue();
        await Task.Delay(10 * LoopTakeover.Patience, TestContext.Current.CancellationToken); // long enough to stop watching
        using var release = new ManualResetEventSlim();

        var run = Task.Run(() => takeover.Run(LoopTakeover.FirstLoop, new Work(release.Wait)));

        await started.WaitAsync(TestContext.Current.CancellationToken).Soon("another loop");
        release.Set();
        (await run.Soon("the first loop")).Should().BeFalse();
    }

    private sealed class Work(Action run) : IThreadPoolWorkItem
    {
        public void Execute() => run();
    }
}
