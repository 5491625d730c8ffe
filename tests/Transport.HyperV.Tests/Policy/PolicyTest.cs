using System.Collections.Concurrent;

namespace WinApi.Transport.HyperV.Tests.Policy;

/// <summary>What these tests share: a server with options, a channel to it, and what its audit log says.</summary>
public abstract class PolicyTest : IAsyncLifetime
{
    private readonly List<IAsyncDisposable> _owned = [];

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    private protected DirectoryInfo Folder { get; } = Directory.CreateTempSubdirectory("winapi-");

    private protected RecordedLog Audit { get; } = new();

    private protected ReadingService Service { get; } = new();

    private protected HyperVServer Server { get; private set; } = null!;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        Service.Release.TrySetResult();
        for (var i = _owned.Count - 1; i >= 0; i--)
        {
            await _owned[i].DisposeAsync().AsTask().Soon("the end");
        }

        Folder.Delete(recursive: true);
    }

    private protected void StartServer(Action<HyperVServerOptions> configure)
    {
        var options = new HyperVServerOptions
        {
            Endpoints = { TransportEndpoint.Parse($"unix://{Folder.FullName}/host.sock") },
            LoggerFactory = Audit,
        };
        configure(options);
        Server = new HyperVServer(options);
        _owned.Add(Server);
        Target.BindService(Server.Services, Service);
        Server.Start();
    }

    private protected HyperVChannel Connect(SharedMemoryMode memory = SharedMemoryMode.Auto)
    {
        var channel = new HyperVChannel(
            new HyperVChannelOptions { Endpoint = Server.BoundEndpoints[0], SharedMemory = memory });
        _owned.Add(channel);
        return channel;
    }

    private protected static Task<Plain> EchoAsync(HyperVChannel channel, int bytes = 64) => new Target.TargetClient(channel)
        .EchoAsync(new Plain { Payload = Google.Protobuf.ByteString.CopyFrom(new byte[bytes]) }).ResponseAsync.Soon("the reply");

    private protected static async Task<Status> FailsAsync(Task call, StatusCode code)
    {
        var act = () => call;
        var status = (await act.Should().ThrowAsync<RpcException>()).Which.Status;
        status.StatusCode.Should().Be(code, status.Detail);
        return status;
    }

    /// <summary>Holds calls until it is told to let go; reads what it is sent to Ignore.</summary>
    private protected sealed class ReadingService : Target.TargetBase
    {
        public TaskCompletionSource Release { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ConcurrentQueue<Plain> Taken { get; } = new();

        public SemaphoreSlim Holding { get; } = new(0);

        public override Task<Plain> Echo(Plain request, ServerCallContext context) => Task.FromResult(request);

        public override async Task<Plain> Ignore(IAsyncStreamReader<Plain> requestStream, ServerCallContext context)
        {
            while (await requestStream.MoveNext(context.CancellationToken))
            {
                Taken.Enqueue(requestStream.Current);
            }

            return new Plain();
        }

        public override async Task<Plain> Hold(IAsyncStreamReader<Plain> requestStream, ServerCallContext context)
        {
            Holding.Release();
            await Task.WhenAny(Release.Task, Task.Delay(Timeout.Infinite, context.CancellationToken));
            return new Plain();
        }

        /// <summary>Rents a buffer for each letter of the name.</summary>
        public override async Task<Plain> Read(Shape request, ServerCallContext context)
        {
            foreach (var _ in request.Name)
            {
                await context.RentBufferAsync(10);
            }

            return new Plain();
        }
    }
}
