using Grpc.Core.Interceptors;

namespace WinApi.Conformance.Tests;

/// <summary>A feature's tests, run on every bed by the classes under Beds/. Each test has its own server.</summary>
public abstract class ConformanceTest(Bed bed) : IAsyncLifetime
{
    private readonly List<Link> _links = [];

    protected Bed Bed { get; } = bed;

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        Assert.SkipUnless(Bed.Runs, "A memfd needs Linux.");
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var link in _links)
        {
            await link.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Starts a server and a channel to it.</summary>
    private protected Link Start(
        Action<HyperVServerOptions>? server = null, Action<HyperVChannelOptions>? channel = null)
    {
        var link = Keep(new Link(Bed, server, channel, startsLater: false));
        link.StartServer();
        return link;
    }

    /// <summary>A channel to a server that does not run yet.</summary>
    private protected Link NotStarted(
        Action<HyperVServerOptions>? server = null, Action<HyperVChannelOptions>? channel = null) =>
        Keep(new Link(Bed, server, channel, startsLater: true));

    private protected static async Task<List<Reply>> ReadAll(IAsyncStreamReader<Reply> stream)
    {
        var replies = new List<Reply>();
        while (await stream.MoveNext(CancellationToken.None).Soon($"reply {replies.Count} or the end of the stream"))
        {
            replies.Add(stream.Current);
        }

        return replies;
    }

    private protected static TestService.TestServiceClient ClientOf(
        CallInvoker invoker, params Interceptor[] interceptors) =>
        new(interceptors.Length == 0 ? invoker : invoker.Intercept(interceptors));

    private Link Keep(Link link)
    {
        _links.Add(link);
        return link;
    }
}
