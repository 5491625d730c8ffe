using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace WinApi.Benchmarks.NativeClient;

/// <summary>
/// The C client, beside a ping-pong of the same bytes over a raw socket in C. BenchmarkDotNet can't measure C, so
/// winapi_bench measures itself, warmed until flat; host and client are the programs that ./build.sh has built.
/// </summary>
internal sealed class NativeClientSuite(string repositoryRoot)
{
    public const string Name = "WinApi.Benchmarks.NativeClient";

    private const string QuickRoundTrips = "2000";
    private const string FullRoundTrips = "50000";

    private static readonly TimeSpan TimeToEnd = TimeSpan.FromSeconds(30);

    private readonly string _host = Path.Combine(repositoryRoot, "artifacts", "bin", "WinAPIService");
    private readonly string _client = Path.Combine(repositoryRoot, "artifacts", "native", "bin", "winapi_bench");

    /// <summary>Why the suite cannot run here; null where it can.</summary>
    public string? Missing => new[] { _host, _client }.FirstOrDefault(program => !File.Exists(program)) is { } program
        ? $"The C client is left out: {Path.GetRelativePath(repositoryRoot, program)} is not built; ./build.sh builds it."
        : null;

    /// <summary>Measures, and returns the rows as a Markdown table.</summary>
    /// <exception cref="InvalidOperationException">The host or the client failed; the message says how.</exception>
    public IReadOnlyList<string> Run(bool quick)
    {
        string socket = Path.Combine(Path.GetTempPath(), $"winapi-benchmark-{Guid.NewGuid():N}.sock");
        using Process host = Start(_host, "--endpoint", $"unix://{socket}");
        try
        {
            // The host's first line says that it listens.
            _ = host.StandardOutput.ReadLine()
                ?? throw new InvalidOperationException($"{_host} ended: {host.StandardError.ReadToEnd()}");
            return Measure($"unix://{socket}", quick ? QuickRoundTrips : FullRoundTrips);
        }
        finally
        {
            host.Kill();
            host.WaitForExit();
            File.Delete(socket);
        }
    }

    private List<string> Measure(string endpoint, string roundTrips)
    {
        using Process client = Start(_client, endpoint, roundTrips);
        string output = client.StandardOutput.ReadToEnd();
        if (!client.WaitForExit(TimeToEnd) || client.ExitCode != 0)
        {
            throw new InvalidOperationException($"{_client} failed: {client.StandardError.ReadToEnd()}");
        }

        using JsonDocument report = JsonDocument.Parse(output);
        JsonElement times = report.RootElement.GetProperty("times");
        List<string> lines = ["| C client, one process to another | p50 | p99 | round trips |", "| --- | ---: | ---: | ---: |"];
        foreach (JsonProperty row in times.EnumerateObject())
        {
            lines.Add($"| {row.Name} | {Microseconds(row.Value, "p50_ns")} | {Microseconds(row.Value, "p99_ns")} | "
                + $"{row.Value.GetProperty("count").GetInt64()} |");
        }

        return lines;
    }

    private static string Microseconds(JsonElement row, string name) =>
        (row.GetProperty(name).GetDouble() / 1000).ToString("F1", CultureInfo.InvariantCulture) + " µs";

    private static Process Start(string program, params string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })
        ?? throw new InvalidOperationException($"{program} did not start.");
}
