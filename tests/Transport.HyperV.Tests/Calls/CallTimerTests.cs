using System.Collections.Concurrent;
using System.Diagnostics;
using WinApi.Transport.HyperV.Calls;

namespace WinApi.Transport.HyperV.Tests.Calls;

public sealed class CallTimerTests
{
    [Fact]
    public async Task A_deadline_fires_once_and_never_before_its_time()
    {
        var early = new ConcurrentBag<TimeSpan>();
        using var fired = new CountdownEvent(300);
        var random = new Random(5);
        for (var i = 0; i < 300; i++)
        {
            var left = TimeSpan.FromMilliseconds(random.NextDouble() * 40);
            var start = Stopwatch.GetTimestamp();
            var timer = CallTimer.Start(
                left,
                _ =>
                {
                    if (Stopwatch.GetElapsedTime(start) is var took && took < left)
                    {
                        early.Add(left - took);
                    }

                    fired.Signal(); // throws where one fires twice
                },
                this);
            timer.Should().NotBeNull();
            await Task.Delay(random.Next(2), TestContext.Current.CancellationToken); // at all moments of the system's tick
        }

        fired.Wait(Patience.Limit, TestContext.Current.CancellationToken).Should().BeTrue();
        early.Should().BeEmpty();
    }

    [Fact]
    public void A_deadline_farther_off_than_any_timer_waits_is_none() =>
        CallTimer.Start(TimeSpan.MaxValue, _ => { }, this).Should().BeNull();

    [Fact]
    public void Without_a_deadline_there_is_nothing_to_wait_for() =>
        CallTimer.Start(CallTimer.Left(DateTime.MaxValue), _ => { }, this).Should().BeNull();
}
