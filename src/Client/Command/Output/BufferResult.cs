using System.Globalization;
using Spectre.Console;
using WinApi.Client.Command.CommandLine;

namespace WinApi.Client.Command.Output;

/// <param name="Operation">What the host did: write, read, verify or checksum.</param>
/// <param name="Buffers">How many buffers.</param>
/// <param name="BufferBytes">The length of each.</param>
/// <param name="BytesProcessed">The length of all together, as the host reports it.</param>
/// <param name="Checksum">CRC-32 of all buffers, equal on both sides; eight hexadecimal digits.</param>
/// <param name="MismatchedBytes">Bytes that differ from the pattern.</param>
/// <param name="ElapsedNs">How long the operation took in the host, in nanoseconds.</param>
/// <param name="CallNs">How long the whole call took here, in nanoseconds.</param>
/// <param name="SharedMemory">Whether both sides worked on the very same bytes.</param>
/// <param name="Connection">Over what.</param>
internal sealed record BufferResult(
    string Operation,
    int Buffers,
    long BufferBytes,
    long BytesProcessed,
    string Checksum,
    long MismatchedBytes,
    long ElapsedNs,
    long CallNs,
    bool SharedMemory,
    ConnectionSummary Connection) : CommandResult
{
    public override void Show(IAnsiConsole console)
    {
        var rate = BytesProcessed * 1e3 / Math.Max(ElapsedNs, 1);
        new FieldGrid()
            .Add("Operation", $"{Operation}, {Buffers} x {new DataSize(BufferBytes)}")
            .Add("Connection", Connection.Describe())
            .Add("Bytes", SharedMemory
                ? "by reference: the host worked on the same bytes in place"
                : "copied with the call: nothing is shared")
            .Add("In the host", $"{Quantity.Time(ElapsedNs)} for {new DataSize(BytesProcessed)} ({Quantity.Rate(rate)})")
            .Add("Whole call", Quantity.Time(CallNs))
            .Add("Checksum", $"{Checksum}, the same on both sides")
            .Show(console);
    }

    public static string FormatChecksum(uint checksum) => checksum.ToString("x8", CultureInfo.InvariantCulture);
}
