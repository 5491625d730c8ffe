using Grpc.Core;
using WinApi.Transport.HyperV;
using WinApi.V1;

namespace WinApi.Benchmarks.Services;

/// <summary>What the C client lends its buffers to: reads all of the buffer, as the real host does.</summary>
internal sealed class PerfExchangeService : PerfTest.PerfTestBase
{
    public override Task<PerfExchangeReply> Exchange(PerfExchangeRequest request, ServerCallContext context)
    {
        using SharedBuffer buffer = context.OpenBuffer(request.Buffer);
        ReadOnlySpan<byte> bytes = buffer.ReadOnlySpan;
        int different = bytes.IndexOfAnyExcept(bytes[0]);
        return Task.FromResult(new PerfExchangeReply
        {
            BytesRead = (ulong)(different < 0 ? bytes.Length : different),
        });
    }
}
