using System.Diagnostics;
using WinApi.Transport.HyperV.Connections;

namespace WinApi.Transport.HyperV.Tests.Connections;

public sealed class WorkPaceTests
{
    private static readonly long Millisecond = Stopwatch.Frequency / 1000;

    private readonly WorkPace _pace = new();

    [Fact]
    public void Work_counts_as_quick_until_it_was_slow_a_few_times()
    {
        _pace.Note(Stopwatch.GetTimestamp() - Millisecond, pieces: 1);
        _pace.IsQuick.Should().BeTrue("once may be chance");

        Note(5, slow: true);

        _pace.IsQuick.Should().BeFalse();
        _pace.IsShort.Should().BeFalse();
    }

    [Fact]
    public void What_is_slow_and_not_long_may_run_alone()
    {
        for (var i = 0; i < 20; i++)
        {
            _pace.Note(Stopwatch.GetTimestamp() - (Millisecond / 4), pieces: 1);
        }

        _pace.IsQuick.Should().BeFalse();
        _pace.IsShort.Should().BeTrue();
    }

    [Fact]
    public void Quick_work_wins_the_trust_back()
    {
        Note(20, slow: true);
        Note(200, slow: false);

        _pace.IsQuick.Should().BeTrue();
    }

    [Fact]
    public void What_is_slow_because_it_is_much_is_quick()
    {
        for (var i = 0; i < 20; i++)
        {
            _pace.Note(Stopwatch.GetTimestamp() - Millisecond, pieces: 1000);
        }

        _pace.IsQuick.Should().BeTrue();
    }

    private void Note(int times, bool slow)
    {
        for (var i = 0; i < times; i++)
        {
            _pace.Note(slow ? Stopwatch.GetTimestamp() - (2 * Millisecond) : Stopwatch.GetTimestamp() + Millisecond, pieces: 1);
        }
    }
}
