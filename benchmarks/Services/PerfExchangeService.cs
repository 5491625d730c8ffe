using Grpc.Core;
using WinApi.Transport.HyperV;
using WinApi.V1;

namespace WinApi.Benchmarks.Services;

/// <summary>What the C client sends its payloads to: reads all of payload and buffer, as the real host does.</summary>
internal sealed class PerfExchangeService : PerfTest.PerfTestBase
{
    public override Task<PerfExchangeReply> Exchange(PerfExchangeRequest request, ServerCallContext context)
    {
        ulong read = ReadAll(request.Payload.Span);
        if (request.Buffer is { } reference)
        {
            using SharedBuffer buffer = context.OpenBuffer(reference);
            read += ReadAll(buffer.ReadOnlySpan);
        }

        return Task.FromResult(new PerfExchangeReply { BytesRead = read });
    }

    private static ulong ReadAll(ReadOnlySpan<byte> bytes)
    {
        int different = bytes.IsEmpty ? 0 : bytes.IndexOfAnyExcept(bytes[0]);
        return (ulong)(different < 0 ? bytes.Length : different);
    }
}
