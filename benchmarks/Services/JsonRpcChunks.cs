using StreamJsonRpc;
using WinApi.Benchmarks.Hosts;

namespace WinApi.Benchmarks.Services;

/// <summary>
/// A stream as StreamJsonRpc has it, which asks for each batch of its elements in a call: one array again and again.
/// A batch is what fits 64 KiB, at least a few; the next is made while one travels. With the default, batches of one, a
/// stream would be as slow as single calls.
/// </summary>
internal static class JsonRpcChunks
{
    private const int SmallestBatch = 16;

    public static IAsyncEnumerable<byte[]> Of(byte[] chunk, int count)
    {
        int batch = Math.Max(SmallestBatch, RawMessages.BatchBytes(chunk.Length) / chunk.Length);
        return RepeatAsync(chunk, count).WithJsonRpcSettings(new JsonRpcEnumerableSettings
        {
            MinBatchSize = batch,
            MaxReadAhead = batch,
        });
    }

    private static async IAsyncEnumerable<byte[]> RepeatAsync(byte[] chunk, int count)
    {
        await Task.CompletedTask;
        for (int i = 0; i < count; i++)
        {
            yield return chunk;
        }
    }
}
