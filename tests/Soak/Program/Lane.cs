namespace WinApi.Soak.Program;

/// <summary>One call after another, each with a deadline that it must keep, each checked.</summary>
internal sealed class Lane(HyperVChannel channel, LaneKind kind, LaneRules rules, int seed)
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    private readonly Schema.Soak.SoakClient _client = new(channel.CreateCallInvoker());
    private readonly Random _random = new(seed);
    private readonly ulong _lane = (ulong)Random.Shared.NextInt64();
    private ulong _lastRequest;
    private long _good;
    private long _failed;

    public LaneKind Kind => kind;

    /// <summary>Calls that ended as they should, those that were cancelled on purpose among them.</summary>
    public long Good => Interlocked.Read(ref _good);

    /// <summary>Calls that were lost with their host, or found none.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    public async Task RunAsync(CancellationToken stop)
    {
        await Task.Yield();
        while (!stop.IsCancellationRequested)
        {
            var started = Clock.Now;
            try
            {
                await CallAsync();
                Interlocked.Increment(ref _good);
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.Cancelled && kind == LaneKind.Cancelled)
            {
                Interlocked.Increment(ref _good);
            }
            catch (RpcException e) when (rules.Allow(e.StatusCode))
            {
                Interlocked.Increment(ref _failed);
                await Task.Delay(20, CancellationToken.None); // a host may just be starting
            }
            catch (Exception e)
            {
                Complaints.Add($"{kind}: {e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}");
                Interlocked.Increment(ref _failed);
            }

            if (Clock.Now - started > rules.Deadline + Grace)
            {
                Complaints.Add($"{kind}: a call with a deadline of {rules.Deadline.TotalSeconds} s took "
                    + $"{(Clock.Now - started).TotalSeconds:F1} s");
            }
        }
    }

    private Task CallAsync() => kind switch
    {
        LaneKind.Awaited => ExchangeAsync(_random.Next(2000), CancellationToken.None),
        LaneKind.Blocking => Task.Factory.StartNew(
            () => Checked.Check(_client.Exchange(NewItem(_random.Next(2000)), Options())),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default),
        LaneKind.Large => ExchangeAsync(_random.Next(1_000_000), CancellationToken.None),
        LaneKind.Upload => UploadAsync(),
        LaneKind.Download => DownloadAsync(),
        LaneKind.Chat => ChatAsync(),
        LaneKind.Buffer => InvertAsync(),
        _ => CancelledAsync(),
    };

    private async Task ExchangeAsync(int bytes, CancellationToken cancellationToken)
    {
        var item = NewItem(bytes);
        var answer = await _client.ExchangeAsync(item, Options(cancellationToken));
        Checked.Check(answer);
        if (answer.Checksum != item.Checksum || answer.Number.Request != item.Number.Request)
        {
            throw new WrongBytesException($"the answer to request {item.Number.Request} is that to {answer.Number.Request}");
        }
    }

    private async Task UploadAsync()
    {
        using var call = _client.Upload(Options());
        var count = _random.Next(1, 200);
        try
        {
            for (var i = 0; i < count; i++)
            {
                await call.RequestStream.WriteAsync(NewItem(_random.Next(_random.Next(10) == 0 ? 100_000 : 500)));
            }

            await call.RequestStream.CompleteAsync();
        }
        catch (InvalidOperationException)
        {
            // The call is over: its response says why.
        }

        Require(count, (await call).Items);
    }

    private async Task DownloadAsync()
    {
        var request = new DownloadRequest { Number = NextNumber(), Count = (uint)_random.Next(1, 200), Bytes = (uint)_random.Next(50_000) };
        using var call = _client.Download(request, Options());
        var count = 0ul;
        while (await call.ResponseStream.MoveNext(CancellationToken.None))
        {
            Checked.Check(call.ResponseStream.Current);
            count++;
        }

        Require((int)request.Count, count);
    }

    private async Task ChatAsync()
    {
        using var call = _client.Chat(Options());
        var count = _random.Next(1, 50);
        for (var i = 0; i < count; i++)
        {
            var item = NewItem(_random.Next(5000));
            await call.RequestStream.WriteAsync(item);
            if (!await call.ResponseStream.MoveNext(CancellationToken.None)
                || call.ResponseStream.Current.Number.Request != item.Number.Request)
            {
                throw new WrongBytesException($"item {i} of a chat was answered by another");
            }

            Checked.Check(call.ResponseStream.Current);
        }

        await call.RequestStream.CompleteAsync();
        if (await call.ResponseStream.MoveNext(CancellationToken.None))
        {
            throw new WrongBytesException("a chat brought an item too many");
        }
    }

    private async Task InvertAsync()
    {
        using var patience = new CancellationTokenSource(rules.Deadline);
        using var buffer = await RentAsync(_random.Next(1, 2_000_000), patience.Token);
        var session = channel.Connection?.SessionId;
        _random.NextBytes(buffer.Span);
        var request = new BufferItem
        {
            Number = NextNumber(), Buffer = buffer.Reference, Checksum = System.IO.Hashing.Crc32.HashToUInt32(buffer.ReadOnlySpan),
        };
        try
        {
            await _client.InvertAsync(request, Options());
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.InvalidArgument && channel.Connection?.SessionId != session)
        {
            return; // rented on a connection that was lost before the call
        }

        Checked.Invert(buffer.Span);
        Checked.Check(buffer.ReadOnlySpan, request.Checksum);
    }

    private async Task<SharedBuffer> RentAsync(int bytes, CancellationToken cancellationToken)
    {
        try
        {
            return await channel.RentBufferAsync(bytes, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            throw new RpcException(new Status(StatusCode.DeadlineExceeded, "no room for a buffer came free"));
        }
    }

    private async Task CancelledAsync()
    {
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(_random.Next(3)));
        await ExchangeAsync(_random.Next(200_000), cancel.Token);
    }

    private static void Require(int sent, ulong received)
    {
        if ((ulong)sent != received)
        {
            throw new WrongBytesException($"{received} items came of {sent}");
        }
    }

    private Item NewItem(int bytes) => Checked.NewItem(NextNumber(), bytes, _random);

    private Number NextNumber() => new() { Lane = _lane, Request = ++_lastRequest };

    private CallOptions Options(CancellationToken cancellationToken = default) =>
        new CallOptions(deadline: DateTime.UtcNow + rules.Deadline, cancellationToken: cancellationToken)
            .WithWaitForReady(rules.WaitForReady);
}
