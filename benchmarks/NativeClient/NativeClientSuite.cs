using System.Diagnostics;
using System.Text.Json;
using WinApi.Benchmarks.Hosts;
using WinApi.Benchmarks.Peers;
using WinApi.Benchmarks.Rounds;

namespace WinApi.Benchmarks.NativeClient;

/// <summary>
/// The C client on the same host as the C# clients, beside the same bytes over a raw socket in C.
/// BenchmarkDotNet can't measure C, so winapi_bench measures itself, warmed until flat; ./build.sh builds it.
/// </summary>
internal sealed class NativeClientSuite(string repositoryRoot)
{
    public const string Name = "WinApi.Benchmarks.NativeClient";

    private const int Rounds = 3;
    private const string QuickRoundTrips = "200";
    private const string FullRoundTrips = "30000";
    private const string RingsVariable = "WINAPI_RINGS";
    private const double NanosecondsInAMicrosecond = 1000;

    private readonly string _client = Path.Combine(repositoryRoot, "artifacts", "native", "bin", "winapi_bench");

    /// <summary>Why the suite cannot run here; null where it can.</summary>
    public string? Missing => File.Exists(_client)
        ? null
        : $"The C client is left out: {Path.GetRelativePath(repositoryRoot, _client)} is not built; ./build.sh builds it.";

    /// <summary>Measures.</summary>
    /// <exception cref="InvalidOperationException">The host or the client failed; the message says how.</exception>
    public IReadOnlyList<NativeRow> Run(bool quick)
    {
        using HostProcess host = HostProcess.Start(HostKind.Transport);
        string roundTrips = quick ? QuickRoundTrips : FullRoundTrips;
        var rounds = new List<(TransportSetup Setup, JsonElement Times)>();
        for (int round = 0; round < (quick ? 1 : Rounds); round++)
        {
            foreach (TransportSetup setup in TransportSetup.Usual)
            {
                rounds.Add((setup, Measure($"unix://{host.SocketPath}", roundTrips, setup)));
            }
        }

        return
        [
            .. from round in rounds
               from row in round.Times.EnumerateObject()
               group row.Value by (round.Setup, row.Name) into samples
               select new NativeRow(
                   samples.Key.Setup.Name, samples.Key.Name, MiddleOf(samples, "p50_ns"), MiddleOf(samples, "p99_ns"),
                   samples.Sum(sample => sample.GetProperty("count").GetInt64()),
                   samples.First().GetProperty("operations").GetInt64(),
                   samples.First().GetProperty("payload_bytes").GetInt64(), samples.First().GetProperty("floor").GetString()!),
        ];
    }

    private JsonElement Measure(string endpoint, string roundTrips, TransportSetup setup)
    {
        var start = new ProcessStartInfo(_client, [endpoint, roundTrips]) { RedirectStandardOutput = true };
        start.Environment[RingsVariable] = setup.Rings ? "1" : "0";
        using Process client = Process.Start(start) ?? throw new InvalidOperationException($"{_client} did not start.");
        string output = client.StandardOutput.ReadToEnd();
        client.WaitForExit();
        if (client.ExitCode != 0)
        {
            throw new InvalidOperationException($"{_client} ended with exit code {client.ExitCode}.");
        }

        using JsonDocument report = JsonDocument.Parse(output);
        if (report.RootElement.GetProperty("rings").GetBoolean() != setup.Rings)
        {
            throw new InvalidOperationException(
                $"{_client} did not connect as asked ({setup.Name}): these would be figures of something else.");
        }

        return report.RootElement.GetProperty("times").Clone();
    }

    private static double MiddleOf(IEnumerable<JsonElement> samples, string name) =>
        Middle.Of(samples.Select(sample => sample.GetProperty(name).GetDouble())) / NanosecondsInAMicrosecond;
}
