using Grpc.Core;
using WinApi.V1;

namespace WinApi.Benchmarks.Services;

/// <summary>The small call. The same class answers behind our transport and behind ASP.NET Core.</summary>
internal sealed class EchoService : Echo.EchoBase
{
    public override Task<EchoReply> UnaryEcho(EchoRequest request, ServerCallContext context) =>
        Task.FromResult(new EchoReply { Payload = request.Payload });
}
