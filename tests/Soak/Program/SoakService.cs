using System.Collections.Concurrent;

namespace WinApi.Soak.Program;

/// <summary>Checks all that comes, and that no request comes twice.</summary>
internal sealed class SoakService : Schema.Soak.SoakBase
{
    private readonly ConcurrentDictionary<ulong, LaneHistory> _lanes = new();

    public override Task<Item> Exchange(Item request, ServerCallContext context)
    {
        Note(request.Number);
        Check(request);
        return Task.FromResult(request);
    }

    public override async Task<Receipt> Upload(IAsyncStreamReader<Item> requestStream, ServerCallContext context)
    {
        var receipt = new Receipt();
        while (await requestStream.MoveNext(context.CancellationToken))
        {
            Note(requestStream.Current.Number);
            Check(requestStream.Current);
            receipt.Items++;
        }

        return receipt;
    }

    public override async Task Download(DownloadRequest request, IServerStreamWriter<Item> responseStream, ServerCallContext context)
    {
        Note(request.Number);
        var random = new Random((int)request.Number.Request);
        for (var i = 0u; i < request.Count; i++)
        {
            await responseStream.WriteAsync(Checked.NewItem(null, (int)request.Bytes, random));
        }
    }

    public override async Task Chat(
        IAsyncStreamReader<Item> requestStream, IServerStreamWriter<Item> responseStream, ServerCallContext context)
    {
        while (await requestStream.MoveNext(context.CancellationToken))
        {
            Note(requestStream.Current.Number);
            Check(requestStream.Current);
            await responseStream.WriteAsync(requestStream.Current);
        }
    }

    public override Task<Receipt> Invert(BufferItem request, ServerCallContext context)
    {
        Note(request.Number);
        using var buffer = context.OpenBuffer(request.Buffer, BufferAccess.ReadWrite);
        try
        {
            Checked.Check(buffer.ReadOnlySpan, request.Checksum);
        }
        catch (WrongBytesException e)
        {
            Complaints.Add(e.Message);
        }

        Checked.Invert(buffer.Span);
        return Task.FromResult(new Receipt { Items = 1 });
    }

    private static void Check(Item item)
    {
        try
        {
            Checked.Check(item);
        }
        catch (WrongBytesException e)
        {
            Complaints.Add(e.Message);
        }
    }

    private void Note(Number? number)
    {
        if (number is not null && !_lanes.GetOrAdd(number.Lane, _ => new LaneHistory()).TryAdd(number.Request))
        {
            Complaints.Add($"request {number.Request} of lane {number.Lane:x} came twice");
        }
    }
}
