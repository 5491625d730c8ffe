using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace WinApi.Beds.Tests.Setup;

/// <summary>How long each phase took, for the end of the output. May be used from several threads.</summary>
internal sealed class Timings
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly ConcurrentQueue<string> _lines = new();

    public async Task<T> MeasureAsync<T>(string phase, Func<Task<T>> work)
    {
        var began = _clock.Elapsed;
        try
        {
            return await work();
        }
        finally
        {
            Add(phase, _clock.Elapsed - began);
        }
    }

    public void Add(string phase, TimeSpan took) =>
        _lines.Enqueue(string.Create(CultureInfo.InvariantCulture, $"  {phase,-44} {took.TotalSeconds,6:F1} s"));

    public override string ToString() =>
        string.Join('\n', _lines.Prepend("Test beds, by phase (some run side by side):"))
        + string.Create(CultureInfo.InvariantCulture, $"\n  {"altogether",-44} {_clock.Elapsed.TotalSeconds,6:F1} s");
}
