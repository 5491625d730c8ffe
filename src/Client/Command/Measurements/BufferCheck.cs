using System.Diagnostics;
using System.IO.Hashing;
using Grpc.Core;
using WinApi.Client.Command.CommandLine;
using WinApi.Client.Command.Output;
using WinApi.Transport.HyperV;
using WinApi.V1;

namespace WinApi.Client.Command.Measurements;

/// <summary>One call of BufferTest, with its result checked against the bytes on this side.</summary>
internal sealed class BufferCheck(BufferOperation operation, int count, int length, uint pattern)
{
    private const int PageBytes = 4096;
    private const int WarmUpCalls = 5;

    /// <summary>The room that the buffers take in shared memory, which is given out by the page.</summary>
    public long RegionBytes => count * (((long)length + PageBytes - 1) / PageBytes * PageBytes);

    private long TotalBytes => (long)count * length;

    /// <exception cref="RpcException">The call failed; or DATA_LOSS: the host reports what the bytes here do not show.</exception>
    public async Task<CommandResult> RunAsync(CommandContext context)
    {
        // The first calls of a process compile code on both sides; the times are to be those of the work.
        var small = new BufferCheck(operation, count: 1, Math.Min(length, PageBytes), pattern);
        for (var i = 0; i < WarmUpCalls; i++)
        {
            await small.MeasureAsync(context);
        }

        return await MeasureAsync(context);
    }

    private async Task<BufferResult> MeasureAsync(CommandContext context)
    {
        var buffers = new List<SharedBuffer>();
        try
        {
            var request = new BufferTestRequest { Operation = operation, Pattern = pattern };
            for (var i = 0; i < count; i++)
            {
                var buffer = await context.Client.RentBufferAsync(length, context.CancellationToken);
                buffers.Add(buffer);
                Prepare(buffer.Span, seed: i);
                request.Buffers.Add(buffer.Reference);
            }

            var start = Stopwatch.GetTimestamp();
            var result = await context.Client.BufferTest.RunAsync(request, context.CallOptions);
            var elapsed = Stopwatch.GetElapsedTime(start);
            Check(result, buffers);
            return new BufferResult(
                operation.ToString().ToLowerInvariant(),
                count,
                length,
                (long)result.BytesProcessed,
                BufferResult.FormatChecksum(result.Checksum),
                (long)result.MismatchedBytes,
                (long)result.ElapsedNs,
                (long)elapsed.TotalNanoseconds,
                buffers.TrueForAll(buffer => buffer.IsShared),
                context.Connection);
        }
        finally
        {
            buffers.ForEach(buffer => buffer.Dispose());
        }
    }

    /// <summary>Bytes that the operation must change, or must find.</summary>
    private void Prepare(Span<byte> bytes, int seed)
    {
        switch (operation)
        {
            case BufferOperation.Write:
                PatternBytes.Fill(bytes, ~pattern);
                break;
            case BufferOperation.Verify:
                PatternBytes.Fill(bytes, pattern);
                break;
            default:
                new Random(seed).NextBytes(bytes);
                break;
        }
    }

    private void Check(BufferTestResult result, List<SharedBuffer> buffers)
    {
        if (result.BytesProcessed != (ulong)TotalBytes)
        {
            throw Wrong($"the host processed {result.BytesProcessed} bytes of {TotalBytes}");
        }

        if (result.MismatchedBytes != 0)
        {
            throw Wrong($"the host found {result.MismatchedBytes} bytes that differ from the pattern written here");
        }

        var checksum = new Crc32();
        for (var i = 0; i < buffers.Count; i++)
        {
            var bytes = buffers[i].ReadOnlySpan;
            checksum.Append(bytes);
            if (operation == BufferOperation.Write && PatternBytes.FirstDifference(bytes, pattern) is var at and >= 0)
            {
                throw Wrong(
                    $"byte {at} of buffer {i} is 0x{bytes[at]:X2} here and not a part of the pattern that the host wrote");
            }
        }

        var here = checksum.GetCurrentHashAsUInt32();
        if (here != result.Checksum)
        {
            throw Wrong($"the host's checksum is {BufferResult.FormatChecksum(result.Checksum)}, "
                + $"that of the bytes here is {BufferResult.FormatChecksum(here)}");
        }
    }

    private static RpcException Wrong(string detail) => new(new Status(StatusCode.DataLoss, detail));
}
