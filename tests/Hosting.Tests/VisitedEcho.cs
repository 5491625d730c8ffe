namespace WinApi.Hosting.Tests;

/// <summary>An echo that says which visit it is, and has no client-streaming method of its own.</summary>
internal sealed class VisitedEcho(Visit visit, VisitBook book) : Echo.EchoBase
{
    public override Task<EchoReply> UnaryEcho(EchoRequest request, ServerCallContext context) => request.Text == "fail"
        ? throw new RpcException(new Status(StatusCode.NotFound, "as asked for"))
        : Task.FromResult(new EchoReply { Text = $"{request.Text} {visit.Number}", Sequence = (uint)book.Over });

    public override async Task ServerStreamingEcho(
        EchoStreamRequest request, IServerStreamWriter<EchoReply> responseStream, ServerCallContext context)
    {
        for (var i = 0; i < request.Count; i++)
        {
            await responseStream.WriteAsync(new EchoReply { Text = $"{visit.Number}", Sequence = (uint)book.Over });
        }
    }

    public override async Task BidirectionalStreamingEcho(
        IAsyncStreamReader<EchoRequest> requestStream, IServerStreamWriter<EchoReply> responseStream, ServerCallContext context)
    {
        while (await requestStream.MoveNext(context.CancellationToken))
        {
            await responseStream.WriteAsync(new EchoReply { Text = $"{requestStream.Current.Text} {visit.Number}", Sequence = (uint)book.Over });
        }
    }
}
