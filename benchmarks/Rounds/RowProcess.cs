using System.Globalization;
using System.Text.Json;
using WinApi.Benchmarks.Measuring;
using WinApi.Benchmarks.Processes;
using WinApi.Benchmarks.Rows;

namespace WinApi.Benchmarks.Rounds;

/// <summary>The client process of a series: it has one row open at a time.</summary>
internal sealed class RowProcess : IDisposable
{
    private readonly ChildProcess _process = ChildProcess.Start(RowProgram.Verb);

    /// <exception cref="InvalidOperationException">The row failed; why went to standard error.</exception>
    public WarmUpReport Open(Row row) => Ask<WarmUpReport>($"{RowProgram.Open} {row.FullName}");

    /// <exception cref="InvalidOperationException">The row failed; why went to standard error.</exception>
    public Sample Measure(TimeSpan moment) => Ask<Sample>(string.Create(
        CultureInfo.InvariantCulture, $"{RowProgram.Measure} {moment.TotalMilliseconds}"));

    public void Close() => Ask<bool>(RowProgram.Close);

    public void Dispose() => _process.Dispose();

    private T Ask<T>(string question) => JsonSerializer.Deserialize<T>(_process.Ask(question))!;
}
