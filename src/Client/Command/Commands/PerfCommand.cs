using System.CommandLine;
using WinApi.Client.Command.CommandLine;
using WinApi.Client.Command.Measurements;

namespace WinApi.Client.Command.Commands;

/// <summary><c>winapi perf latency</c> and <c>winapi perf throughput</c>.</summary>
internal static class PerfCommand
{
    // What one message may carry at most by default.
    private const int MaxChunk = 32 * 1024 * 1024;

    public static System.CommandLine.Command Build(GlobalOptions globals) =>
        new("perf", "Measure how fast the connection is.") { BuildLatency(globals), BuildThroughput(globals) };

    private static System.CommandLine.Command BuildLatency(GlobalOptions globals)
    {
        var iterations = new Option<int>("--iterations")
        {
            Description = "How many round trips.",
            HelpName = "N",
            CustomParser = ValueParsing.Count(10_000_000),
            DefaultValueFactory = _ => 10_000,
        };
        var command = new System.CommandLine.Command(
            "latency", "Measure small round trips: calls timed here, and stream messages timed by the host.")
        {
            iterations,
        };
        command.SetAction((parsed, interrupted) => CommandRun.RunAsync(
            globals,
            parsed,
            new CommandNeeds(BufferBytes: 0, DefaultTimeout: null),
            context => new LatencyTest(context, parsed.GetValue(iterations)).RunAsync(),
            interrupted));
        return command;
    }

    private static System.CommandLine.Command BuildThroughput(GlobalOptions globals)
    {
        var size = new Option<DataSize>("--size")
        {
            Description = "How many bytes to move each way of moving them.",
            HelpName = "SIZE",
            CustomParser = ValueParsing.Size(max: 1L << 40),
            DefaultValueFactory = _ => new DataSize(100 << 20),
        };
        var chunk = new Option<DataSize>("--chunk")
        {
            Description = "How many bytes go with one call.",
            HelpName = "SIZE",
            CustomParser = ValueParsing.Size(MaxChunk),
            DefaultValueFactory = _ => new DataSize(1 << 20),
        };
        var command = new System.CommandLine.Command(
            "throughput", "Measure large payloads: by reference, as ordinary messages, and streamed by the host.")
        {
            size, chunk,
        };
        command.SetAction((parsed, interrupted) =>
        {
            var total = parsed.GetValue(size).Bytes;
            var perCall = (int)Math.Min(parsed.GetValue(chunk).Bytes, total);
            return CommandRun.RunAsync(
                globals,
                parsed,
                new CommandNeeds(BufferBytes: perCall, DefaultTimeout: null),
                context => new ThroughputTest(context, total, perCall).RunAsync(),
                interrupted);
        });
        return command;
    }
}
