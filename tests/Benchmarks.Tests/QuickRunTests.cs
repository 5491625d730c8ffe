using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace WinApi.Benchmarks.Tests;

public sealed class QuickRunTests : IDisposable
{
    private static readonly string Program = BuiltPath("BenchmarkProgram") + (OperatingSystem.IsWindows() ? ".exe" : "");
    private static readonly string NativeClient = BuiltPath("NativeClient");

    private readonly DirectoryInfo _output = Directory.CreateTempSubdirectory("winapi-benchmarks-tests-");

    [Fact]
    public async Task A_row_and_its_floor_are_measured_between_processes_and_compared()
    {
        await using var run = Start("*.Latency.64B.RawAsync", "*.Latency.64B.MemfdAsync");
        await run.Succeeds();

        using var report = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(_output.FullName, "report.json")));
        var rows = report.RootElement.GetProperty("rows").EnumerateArray().ToArray();
        rows.Should().HaveCount(2);
        foreach (var row in rows)
        {
            double[] rising = [Figure(row, "p50_us"), Figure(row, "p90_us"), Figure(row, "p99_us"), Figure(row, "longest_us")];
            rising.Should().BeInAscendingOrder().And.OnlyContain(time => time > 0);
            Figure(row, "operations_per_second").Should().BePositive();
            Figure(row, "cpu_us").Should().BePositive();
        }

        var target = report.RootElement.GetProperty("targets").EnumerateArray().First();
        Figure(target, "measured").Should().BeApproximately(Figure(rows[1], "p50_us") / Figure(rows[0], "p50_us"), 0.001);
        target.GetProperty("met").GetBoolean().Should().Be(Figure(target, "measured") <= Figure(target, "bound"));
    }

    [Fact]
    public async Task A_thread_that_polls_stands_beside_the_other_raw_floors_of_small_calls()
    {
        await using var run = Start("*.Latency.64B.Raw*", "*.Ladder.64B.Raw*");
        await run.Succeeds();

        using var report = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(_output.FullName, "report.json")));
        Dictionary<string, double> p50 = report.RootElement.GetProperty("rows").EnumerateArray()
            .ToDictionary(row => row.GetProperty("name").GetString()!.Split("Benchmarks.")[1], row => Figure(row, "p50_us"));
        p50.Keys.Should().BeEquivalentTo(
            "Latency.64B.RawAsync", "Latency.64B.RawBlocking", "Latency.64B.RawPolling",
            "Ladder.64B.RawAsync", "Ladder.64B.RawPolling");
        p50.Values.Should().OnlyContain(time => time > 0);

        string text = await File.ReadAllTextAsync(Path.Combine(_output.FullName, "report.md"));
        double toBlocking = p50["Latency.64B.RawPolling"] / p50["Latency.64B.RawBlocking"];
        string[] ratios = Ratios(text.Split("##").First(section => section.Contains("poll floor", StringComparison.Ordinal)), "poll then receive |");
        ratios.Should().Equal(string.Create(CultureInfo.InvariantCulture, $"{toBlocking:F2}x"), "1.00x");
    }

    [Fact]
    public async Task Calls_in_flight_are_compared_with_raw_sockets()
    {
        await using var run = Start("*.Throughput.4inflight.RawAsync", "*.Throughput.1inflight.Raw*");
        await run.Succeeds();

        string text = await File.ReadAllTextAsync(Path.Combine(_output.FullName, "report.md"));
        Ratios(text, "raw Unix socket, async | 4 |").Should().Equal("1.00x");
        Ratios(text, "raw Unix socket, async | 1 |").Should().Equal("1.00x");
        Ratios(text, "raw Unix socket, blocking | 1 |").Should().ContainSingle();
    }

    [Fact]
    public async Task Streams_of_every_kind_are_compared_with_a_raw_socket()
    {
        await using var run = Start("*.Streaming.*.Raw");
        await run.Succeeds();

        string text = await File.ReadAllTextAsync(Path.Combine(_output.FullName, "report.md"));
        foreach (string stream in new[] { "down 64 B", "up 64 B", "down 64 KiB", "up 64 KiB" })
        {
            Ratios(text, $"raw Unix socket, async | {stream} |").Should().Equal("1.00x");
        }
    }

    [Theory]
    [InlineData("down 64 B")]
    [InlineData("up 64 B")]
    public async Task Streams_are_compared_with_StreamJsonRpc(string stream)
    {
        string group = stream.Replace(" ", "", StringComparison.Ordinal);
        await using var run = Start($"*.Streaming.{group}.Raw", $"*.Streaming.{group}.StreamJsonRpc");
        await run.Succeeds();

        string text = await File.ReadAllTextAsync(Path.Combine(_output.FullName, "report.md"));
        Ratios(text, $"raw Unix socket, async | {stream} |").Should().HaveCount(2).And.StartWith("1.00x");
        Ratios(text, $"StreamJsonRpc | {stream} |").Should().HaveCount(2).And.EndWith("1.00x");
    }

    [Fact]
    public async Task Buffers_by_reference_are_measured_without_shared_memory_too()
    {
        await using var run = Start("*.Ladder.64B.Inline*InPlace");
        await run.Succeeds();

        string text = await File.ReadAllTextAsync(Path.Combine(_output.FullName, "report.md"));
        text.Should().Contain("| Transport.HyperV (no memory, unix), by reference |")
            .And.Contain("| Transport.HyperV (no memory, tcp), by reference |");
    }

    [Fact]
    public async Task A_quick_report_says_that_its_figures_are_not_to_be_quoted()
    {
        await using var run = Start("*.Latency.64B.Messages");
        await run.Succeeds();

        string text = await File.ReadAllTextAsync(Path.Combine(_output.FullName, "report.md"));
        text.Should().Contain("not to be quoted").And.Contain("the messages alone");
        text.Should().Contain("](latency-histogram.svg)");
        _output.EnumerateFiles("latency-histogram.svg").Should().ContainSingle();
    }

    [Fact]
    public async Task The_C_client_measures_calls_payloads_and_streams_beside_their_floors_or_is_left_out_aloud()
    {
        await using var run = Start("*.NativeClient");
        await run.Succeeds();

        using var report = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(_output.FullName, "report.json")));
        var rows = report.RootElement.GetProperty("native").EnumerateArray().ToArray();
        if (!File.Exists(NativeClient))
        {
            run.Output.Should().Contain(line => line.Contains("is not built; ./build.sh builds it", StringComparison.Ordinal));
            return;
        }

        foreach (var rowsOfSetup in rows.GroupBy(row => row.GetProperty("setup").GetString()))
        {
            string[] names = [.. rowsOfSetup.Select(row => row.GetProperty("name").GetString()!)];
            names.Should().Contain(
                "unary_echo_64", "message_64B_all_read_by_host", "by_reference_4MiB_all_read_by_host",
                "unary_echo_64_async_64_in_flight", "stream_down_64B", "stream_up_64KiB");
            names.Should().Contain(rowsOfSetup.Select(row => row.GetProperty("floor").GetString()!));
            rowsOfSetup.Should().OnlyContain(row => Figure(row, "operations_per_second") > 0);
        }

        rows.Select(row => row.GetProperty("setup").GetString()).Distinct().Should().HaveCount(2);
        string text = await File.ReadAllTextAsync(Path.Combine(_output.FullName, "report.md"));
        Ratios(text, "stream_up_64B | memfd, unix |").Should().ContainSingle();
    }

    [Fact]
    public async Task A_filter_that_matches_nothing_is_an_error_that_says_what_to_do()
    {
        await using var run = Start("*NoSuchRow*");
        (await run.EndsAsync()).Should().Be(1);
        run.Errors.Should().ContainSingle().Which.Should().Contain("--list");
    }

    public void Dispose() => _output.Delete(recursive: true);

    /// <summary>A path that the build has noted down.</summary>
    private static string BuiltPath(string name) => typeof(QuickRunTests).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(entry => entry.Key == name).Value!;

    private ProgramRun Start(params string[] filters) =>
        ProgramRun.Start(Program, ["--quick", "--output", _output.FullName, "--filter", .. filters]);

    /// <summary>The figures of one row of a table that are ratios.</summary>
    private static string[] Ratios(string report, string row) =>
    [
        .. report.Split('\n').Single(line => line.Contains(row, StringComparison.Ordinal)).Split('|')
            .Select(cell => cell.Trim()).Where(cell => cell.EndsWith('x') && char.IsAsciiDigit(cell[0])),
    ];

    private static double Figure(JsonElement element, string name) => element.GetProperty(name).GetDouble();
}
