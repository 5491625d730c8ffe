using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using WinApi.Transport.HyperV.Endpoints;

namespace WinApi.Transport.HyperV.Tests.Endpoints;

/// <summary>Unix sockets stand in for the VM's: one path for each id.</summary>
public sealed class RebindingListenerTests : IAsyncLifetime
{
    private static readonly TransportEndpoint Auto = TransportEndpoint.Parse("hvsocket://auto/0x1234");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("winapi-");
    private Channel<Guid?> _vms = Channel.CreateUnbounded<Guid?>();
    private readonly ConcurrentQueue<Guid> _opened = new();
    private readonly SemaphoreSlim _tried = new(0);
    private readonly Guid _first = Guid.NewGuid();
    private readonly Guid _second = Guid.NewGuid();
    private readonly RebindingListener _listener;
    private Func<Guid, EndpointListener> _listenAt;

    public RebindingListenerTests()
    {
        _listenAt = vm => EndpointOf(vm).Listen(10, NullLogger.Instance);
        _listener = NewListener(patience: TimeSpan.FromMilliseconds(1));
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        _listener.Dispose();
        _tried.Dispose();
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task It_waits_for_a_VM_and_then_accepts()
    {
        See(null);
        var accept = AcceptAsync();
        _listener.Endpoint.Should().Be(Auto);
        accept.IsCompleted.Should().BeFalse();

        See(_first);

        await ShouldConnectAsync(_first, accept);
        _listener.Endpoint.ToString().Should().Be(EndpointOf(_first).ToString());
    }

    [Fact]
    public async Task When_the_id_changes_it_accepts_at_the_new_one_and_keeps_the_connections_it_has()
    {
        See(_first);
        var (client, host) = await ConnectAsync(_first, AcceptAsync());
        var accept = AcceptAsync();

        See(_second);

        await ShouldConnectAsync(_second, accept);
        (await ExchangeAsync(client, host)).Should().Be(42, "a connection stays until it ends by itself");
        var old = () => EndpointOf(_first).ConnectAsync(TestContext.Current.CancellationToken).AsTask();
        await old.Should().ThrowAsync<SocketException>();
    }

    [Fact]
    public async Task When_the_VM_goes_it_waits_until_it_comes_back()
    {
        See(_first);
        await OpenedAsync();
        var accept = AcceptAsync();

        See(null);
        See(null);
        See(_first);
        await OpenedAsync();

        await ShouldConnectAsync(_first, accept);
        _opened.Should().Equal(_first, _first);
    }

    [Fact]
    public async Task The_same_id_seen_again_opens_nothing()
    {
        See(_first);
        See(_first);
        See(_first);
        See(_second);
        await OpenedAsync();
        await OpenedAsync();

        _opened.Should().Equal(_first, _second);
    }

    [Fact]
    public async Task Where_it_cannot_listen_it_tries_again_each_time_the_VM_is_looked_at()
    {
        var listen = _listenAt;
        var failures = 2;
        _listenAt = vm => failures-- > 0 ? throw new IOException("denied") : listen(vm);
        var accept = AcceptAsync();

        See(_first);
        See(_first);
        See(_first);

        await ShouldConnectAsync(_first, accept);
        _opened.Should().HaveCount(3);
    }

    [Fact]
    public async Task A_listener_that_fails_is_opened_again_and_the_failure_is_nobodys_concern()
    {
        var listen = _listenAt;
        var broken = new BrokenListener();
        _listenAt = _ => broken;
        var accept = AcceptAsync();
        See(_first);
        await broken.Disposed.Task.Soon("the broken listener's end");

        _listenAt = listen;
        See(_first);

        await ShouldConnectAsync(_first, accept);
        broken.Accepts.Should().Be(1, "a listener that fails is not asked over and over");
    }

    [Fact]
    public async Task A_listener_that_fails_because_its_VM_ended_is_given_time_until_that_is_known()
    {
        _vms = Channel.CreateUnbounded<Guid?>();
        using var patient = NewListener(patience: TimeSpan.FromMinutes(10));
        var listen = _listenAt;
        var broken = new BrokenListener();
        _listenAt = vm => vm == _first ? broken : listen(vm);
        var accept = patient.AcceptAsync(TestContext.Current.CancellationToken).AsTask();
        See(_first);
        await broken.Asked.Task.Soon("an accept");

        See(_second);

        await ShouldConnectAsync(_second, accept);
        broken.Accepts.Should().Be(1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Disposing_it_ends_a_pending_accept(bool isBound)
    {
        See(isBound ? _first : null);
        if (isBound)
        {
            await OpenedAsync();
        }

        var accept = AcceptAsync();
        _listener.Dispose();

        await FluentActions.Awaiting(() => accept.Soon("the end of an accept")).Should().ThrowAsync<ObjectDisposedException>();
        await Patience.Until(() => !File.Exists(PathOf(_first)), "the listener, which may just be opening, to close");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_token_ends_a_pending_accept(bool isBound)
    {
        See(isBound ? _first : null);
        if (isBound)
        {
            await OpenedAsync();
        }

        using var ended = new CancellationTokenSource();
        var accept = _listener.AcceptAsync(ended.Token).AsTask();
        await ended.CancelAsync();

        await FluentActions.Awaiting(() => accept.Soon("the end of an accept"))
            .Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task A_listener_opened_while_it_is_disposed_does_not_stay_open()
    {
        var listen = _listenAt;
        var late = new BrokenListener();
        _listenAt = _ =>
        {
            _listener.Dispose();
            return late;
        };

        See(_first);

        await late.Disposed.Task.Soon("the end of a listener that came too late");
    }

    private RebindingListener NewListener(TimeSpan patience) => new(
        Auto,
        _vms.Reader.ReadAllAsync(TestContext.Current.CancellationToken),
        vm =>
        {
            try
            {
                return _listenAt(vm);
            }
            finally
            {
                _opened.Enqueue(vm);
                _tried.Release();
            }
        },
        patience,
        NullLogger.Instance);

    private void See(Guid? vm) => _vms.Writer.TryWrite(vm).Should().BeTrue();

    private Task OpenedAsync() => _tried.WaitAsync(TestContext.Current.CancellationToken).Soon("a listener");

    private string PathOf(Guid vm) => $"{_folder.FullName}/{vm:N}.sock";

    private TransportEndpoint EndpointOf(Guid vm) => TransportEndpoint.Parse($"unix://{PathOf(vm)}");

    private Task<Socket> AcceptAsync() => _listener.AcceptAsync(TestContext.Current.CancellationToken).AsTask();

    private async Task ShouldConnectAsync(Guid vm, Task<Socket> accept)
    {
        var (client, host) = await ConnectAsync(vm, accept);
        (await ExchangeAsync(client, host)).Should().Be(42);
    }

    private async Task<(Socket Client, Socket Host)> ConnectAsync(Guid vm, Task<Socket> accept)
    {
        while (true)
        {
            try
            {
                var client = await EndpointOf(vm).ConnectAsync(TestContext.Current.CancellationToken);
                return (client, await accept.Soon("a connection"));
            }
            catch (SocketException)
            {
                await OpenedAsync();
            }
        }
    }

    private static async Task<byte> ExchangeAsync(Socket client, Socket host)
    {
        await client.SendAsync((byte[])[42], TestContext.Current.CancellationToken);
        var received = new byte[1];
        await host.ReceiveAsync(received, TestContext.Current.CancellationToken).AsTask().Soon("a byte");
        client.Dispose();
        host.Dispose();
        return received[0];
    }

    /// <summary>Fails at once, as a listener does whose VM has ended.</summary>
    private sealed class BrokenListener : EndpointListener
    {
        public int Accepts { get; private set; }

        public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Disposed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override TransportEndpoint Endpoint => Auto;

        public override ValueTask<Socket> AcceptAsync(CancellationToken cancellationToken)
        {
            Accepts++;
            Asked.TrySetResult();
            throw new SocketException((int)SocketError.NetworkDown);
        }

        public override void Dispose() => Disposed.TrySetResult();
    }
}
