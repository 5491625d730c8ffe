using System.Diagnostics;
using Google.Protobuf;

namespace WinApi.Transport.HyperV.Tests.Policy;

/// <summary>Each limit ends what is too much with its own name, and gives back what it counted.</summary>
public sealed class LimitTests : PolicyTest
{
    [Fact]
    public async Task Calls_of_all_connections_together_are_limited()
    {
        StartServer(options => options.MaxConcurrentCalls = 2);
        var (first, second) = (Connect(), Connect());
        using (var one = new Target.TargetClient(first).Hold())
        using (new Target.TargetClient(second).Hold())
        {
            await IsHeldAsync(2);

            await IsOverAsync(EchoAsync(second), nameof(HyperVServerOptions.MaxConcurrentCalls));
        }

        await SucceedsAsync(() => EchoAsync(second));
    }

    [Fact]
    public async Task A_stream_whose_unread_messages_are_too_many_bytes_ends()
    {
        StartServer(options => options.MaxQueuedBytesPerConnection = 50_000);
        var channel = Connect();
        using var call = new Target.TargetClient(channel).Hold();
        await IsHeldAsync(1);

        await WriteUntilItEndsAsync(call, 10_000);

        await IsOverAsync(call.ResponseAsync.Soon("the end"), nameof(HyperVServerOptions.MaxQueuedBytesPerConnection));
        (await EchoAsync(channel, 20_000)).Payload.Length.Should().Be(20_000);
        using var next = new Target.TargetClient(channel).Ignore();
        await next.RequestStream.WriteAsync(Filled(40_000), Stop);
        await next.RequestStream.CompleteAsync();
        await next.ResponseAsync.Soon("the reply");
    }

    [Fact]
    public async Task Unread_bytes_of_all_connections_together_are_limited()
    {
        StartServer(options => options.MaxQueuedBytes = 50_000);
        using var call = new Target.TargetClient(Connect()).Hold();
        using var other = new Target.TargetClient(Connect()).Hold();
        await IsHeldAsync(2);
        await call.RequestStream.WriteAsync(Filled(25_000), Stop);

        await WriteUntilItEndsAsync(other, 25_000);

        await IsOverAsync(other.ResponseAsync.Soon("the end"), $"({nameof(HyperVServerOptions.MaxQueuedBytes)})");
    }

    [Fact]
    public async Task A_half_received_message_counts_as_unread_and_is_forgotten_with_its_call()
    {
        StartServer(options => options.MaxQueuedBytesPerConnection = 400_000);
        var channel = Connect(SharedMemoryMode.None);

        await IsOverAsync(EchoAsync(channel, 500_000), nameof(HyperVServerOptions.MaxQueuedBytesPerConnection));

        for (var i = 0; i < 5; i++)
        {
            (await EchoAsync(channel, 300_000)).Payload.Length.Should().Be(300_000);
        }
    }

    [Theory]
    [InlineData(SharedMemoryMode.Auto)]
    [InlineData(SharedMemoryMode.None)]
    public async Task Buffers_lent_at_once_are_limited(SharedMemoryMode memory)
    {
        StartServer(options => options.MaxBuffersPerConnection = 2);
        var channel = Connect(memory);
        var client = new Target.TargetClient(channel);
        var buffers = new List<SharedBuffer>();
        for (var i = 0; i < 3; i++)
        {
            buffers.Add(await channel.RentBufferAsync(100, Stop));
        }

        var tooMany = new Shape { Many = { buffers.Select(buffer => buffer.Reference) } };
        var enough = new Shape { Many = { buffers.Take(2).Select(buffer => buffer.Reference) } };

        await IsOverAsync(
            client.ReadAsync(tooMany).ResponseAsync.Soon("the end"), nameof(HyperVServerOptions.MaxBuffersPerConnection));

        for (var i = 0; i < 3; i++)
        {
            await client.ReadAsync(enough).ResponseAsync.Soon("the reply");
        }

        buffers.ForEach(buffer => buffer.Dispose());
    }

    [Fact]
    public async Task Buffers_that_handlers_rent_are_limited_over_all_connections()
    {
        StartServer(options => options.MaxBuffers = 2);
        var client = new Target.TargetClient(Connect());

        await IsOverAsync(
            client.ReadAsync(new Shape { Name = "abc" }).ResponseAsync.Soon("the end"), nameof(HyperVServerOptions.MaxBuffers));

        for (var i = 0; i < 3; i++)
        {
            await client.ReadAsync(new Shape { Name = "ab" }).ResponseAsync.Soon("the reply");
        }
    }

    [Fact]
    public async Task Calls_over_the_rate_are_refused()
    {
        StartServer(options => options.MaxMessagesPerSecond = 2);
        var channel = Connect();

        var outcomes = await Task.WhenAll(
            Enumerable.Range(0, 60).Select(async _ => await Record.ExceptionAsync(() => EchoAsync(channel))));

        var refused = outcomes.OfType<RpcException>().Select(problem => problem.Status).ToList();
        refused.Should().NotBeEmpty().And.OnlyContain(status => status.StatusCode == StatusCode.ResourceExhausted
            && status.Detail.Contains(nameof(HyperVServerOptions.MaxMessagesPerSecond)));
        outcomes.Should().Contain((Exception?)null);
        await SucceedsAsync(() => EchoAsync(channel));
    }

    [Fact]
    public async Task Messages_of_a_stream_over_the_rate_wait_and_none_is_lost()
    {
        StartServer(options => options.MaxMessagesPerSecond = 2);
        var watch = Stopwatch.StartNew();
        using var call = new Target.TargetClient(Connect()).Ignore();

        for (var i = 1; i <= 5; i++)
        {
            await call.RequestStream.WriteAsync(Filled(i), Stop);
        }

        await call.RequestStream.CompleteAsync();
        await call.ResponseAsync.Soon("the reply");

        Service.Taken.Select(message => message.Payload.Length).Should().Equal(1, 2, 3, 4, 5);
        watch.Elapsed.Should().BeGreaterThan(TimeSpan.FromSeconds(1), "one call and five messages are three seconds' worth");
    }

    private static Plain Filled(int bytes) => new() { Payload = ByteString.CopyFrom(new byte[bytes]) };

    private static async Task WriteUntilItEndsAsync(AsyncClientStreamingCall<Plain, Plain> call, int bytes)
    {
        for (var i = 0; i < 20 && !call.ResponseAsync.IsCompleted; i++)
        {
            await Record.ExceptionAsync(() => call.RequestStream.WriteAsync(Filled(bytes), Stop));
        }
    }

    private async Task IsOverAsync(Task call, string limit)
    {
        (await FailsAsync(call, StatusCode.ResourceExhausted)).Detail.Should().Contain(limit);
        Audit.Entries.Should().Contain(entry => entry.Event == 1404 && entry.Text.Contains(limit));
    }

    private async Task IsHeldAsync(int calls)
    {
        for (var i = 0; i < calls; i++)
        {
            (await Service.Holding.WaitAsync(Patience.Limit, Stop)).Should().BeTrue();
        }
    }

    /// <summary>A place is free when the host has seen that the call before has ended.</summary>
    private static async Task SucceedsAsync(Func<Task> act)
    {
        var whole = Stopwatch.StartNew();
        while (await Record.ExceptionAsync(act) is { } problem)
        {
            problem.Should().BeOfType<RpcException>();
            whole.Elapsed.Should().BeLessThan(Patience.Limit);
            await Task.Delay(50, Stop);
        }
    }
}
