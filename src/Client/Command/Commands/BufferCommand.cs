using System.CommandLine;
using WinApi.Client.Command.CommandLine;
using WinApi.Client.Command.Measurements;
using WinApi.Client.Command.Output;
using WinApi.V1;

namespace WinApi.Client.Command.Commands;

/// <summary><c>winapi buffer --size SIZE --op OPERATION</c>.</summary>
internal static class BufferCommand
{
    private const int MaxBuffers = 1024;

    // Shared memory is under 2 GiB, and the half of it is for what the host sends.
    private const long MaxTotalBytes = 1000L << 20;

    public static System.CommandLine.Command Build(GlobalOptions globals)
    {
        var size = new Option<DataSize>("--size")
        {
            Description = "The length of each buffer: 4KiB, 1MiB, 100MB, or bytes.",
            HelpName = "SIZE",
            CustomParser = ValueParsing.Size(MaxTotalBytes),
            DefaultValueFactory = _ => new DataSize(1 << 20),
        };
        var operation = new Option<BufferOperation>("--op")
        {
            Description = "What the host does: write the pattern, read every byte, verify the pattern, or take a checksum.",
            HelpName = "write|read|verify|checksum",
            CustomParser = ValueParsing.Operation,
            Required = true,
        };
        var count = new Option<int>("--count")
        {
            Description = "How many buffers go with the call.",
            HelpName = "N",
            CustomParser = ValueParsing.Count(MaxBuffers),
            DefaultValueFactory = _ => 1,
        };
        var pattern = new Option<uint>("--pattern")
        {
            Description = "The four bytes to write or to verify, least significant byte first. Default: 0xAABBCCDD.",
            HelpName = "0xAABBCCDD",
            CustomParser = ValueParsing.Pattern,
        };
        var command = new System.CommandLine.Command(
            "buffer", "Lend buffers to the host, let it work on them in place, and check what it did.")
        {
            size, operation, count, pattern,
        };
        command.SetAction((parsed, interrupted) =>
        {
            var test = new BufferCheck(
                parsed.GetValue(operation),
                parsed.GetValue(count),
                (int)parsed.GetValue(size).Bytes,
                parsed.GetResult(pattern) is null ? 0xAABBCCDD : parsed.GetValue(pattern));
            if (test.RegionBytes > MaxTotalBytes)
            {
                CommandOutput.Create(parsed.GetValue(globals.Json)).ShowBadUsage(
                    $"--size and --count: the buffers together may have at most {new DataSize(MaxTotalBytes)}");
                return Task.FromResult(ExitCode.BadUsage);
            }

            var needs = CommandNeeds.ShortCall with { BufferBytes = test.RegionBytes };
            return CommandRun.RunAsync(globals, parsed, needs, test.RunAsync, interrupted);
        });
        return command;
    }
}
