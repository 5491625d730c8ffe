using Microsoft.Extensions.Logging.Abstractions;
using WinApi.Transport.HyperV.Endpoints;

namespace WinApi.Transport.HyperV.Tests.Endpoints;

public sealed class WslVmWatchTests
{
    private readonly Source _first = new();
    private readonly Source _second = new();
    private readonly WslVmWatch _watch;
    private int[]? _processes = [];

    public WslVmWatchTests() =>
        _watch = new WslVmWatch(() => _processes?.ToHashSet() ?? throw new InvalidOperationException("not now"), [_first, _second], NullLogger.Instance);

    [Fact]
    public async Task While_no_VM_runs_nothing_is_asked_because_that_would_start_one()
    {
        _first.Answer = Guid.NewGuid();

        (await LookAsync()).Should().BeNull();
        (await LookAsync()).Should().BeNull();

        _first.Asked.Should().Be(0);
    }

    [Fact]
    public async Task A_VM_that_goes_on_running_is_asked_for_once()
    {
        _processes = [7];
        _first.Answer = Guid.NewGuid();

        for (var look = 0; look < 10; look++)
        {
            (await LookAsync()).Should().Be(_first.Answer);
        }

        _first.Asked.Should().Be(1);
        _second.Asked.Should().Be(0);
    }

    [Fact]
    public async Task A_VM_that_was_started_anew_is_asked_for_again()
    {
        _processes = [7];
        _first.Answer = Guid.NewGuid();
        await LookAsync();

        _processes = [];
        (await LookAsync()).Should().BeNull();
        _processes = [8];
        _first.Answer = Guid.NewGuid();

        (await LookAsync()).Should().Be(_first.Answer);
        _first.Asked.Should().Be(2);
    }

    [Fact]
    public async Task A_VM_that_was_started_anew_between_two_looks_is_noticed()
    {
        _processes = [7];
        _first.Answer = Guid.NewGuid();
        await LookAsync();

        _processes = [8];
        _first.Answer = Guid.NewGuid();

        (await LookAsync()).Should().Be(_first.Answer);
    }

    [Fact]
    public async Task Where_one_source_does_not_tell_the_next_is_asked()
    {
        _processes = [7];
        _second.Answer = Guid.NewGuid();

        (await LookAsync()).Should().Be(_second.Answer);
    }

    [Fact]
    public async Task Where_none_tells_they_are_asked_again_ever_more_rarely()
    {
        _processes = [7];
        for (var look = 0; look < 1000; look++)
        {
            (await LookAsync()).Should().BeNull();
        }

        _first.Asked.Should().BeInRange(10, 25);

        _first.Answer = Guid.NewGuid();
        for (var look = 0; look < 65; look++)
        {
            await LookAsync();
        }

        (await LookAsync()).Should().Be(_first.Answer, "it may tell later, and is asked again");
    }

    [Fact]
    public async Task While_the_new_id_cannot_be_found_the_old_one_is_kept()
    {
        _processes = [7];
        _first.Answer = Guid.NewGuid();
        var known = await LookAsync();

        _processes = [7, 8]; // another VM, perhaps
        _first.Answer = null;

        (await LookAsync()).Should().Be(known);
    }

    [Fact]
    public async Task Where_the_processes_cannot_be_listed_nothing_is_taken_to_have_changed()
    {
        _processes = [7];
        _first.Answer = Guid.NewGuid();
        await LookAsync();

        _processes = null;
        (await LookAsync()).Should().Be(_first.Answer);

        _processes = [7];
        (await LookAsync()).Should().Be(_first.Answer);
        _first.Asked.Should().Be(1);
    }

    [Fact]
    public async Task It_looks_at_once_and_then_again_and_again()
    {
        _processes = [7];
        _first.Answer = Guid.NewGuid();
        var ids = new List<Guid?>();

        await foreach (var id in _watch.FollowAsync(TimeSpan.FromMilliseconds(1), TestContext.Current.CancellationToken))
        {
            ids.Add(id);
            if (ids.Count == 3)
            {
                break;
            }
        }

        ids.Should().Equal(_first.Answer, _first.Answer, _first.Answer);
    }

    private async Task<Guid?> LookAsync() => await _watch.LookAsync(TestContext.Current.CancellationToken);

    private sealed class Source : IWslVmIdSource
    {
        public Guid? Answer { get; set; }

        public int Asked { get; private set; }

        public string Name => "a test";

        public Task<Guid?> FindAsync(CancellationToken cancellationToken)
        {
            Asked++;
            return Task.FromResult(Answer);
        }
    }
}
