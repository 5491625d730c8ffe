using WinApi.Transport.HyperV.Memory;

namespace WinApi.Transport.HyperV.Tests.Memory;

public sealed class RegionTests
{
    private const int Page = MappingLayout.PageSize;

    private readonly Region _region = new(null, start: 3 * Page, length: 4 * Page);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void Blocks_start_on_pages_inside_the_region_and_do_not_overlap()
    {
        var offsets = new[] { 1, Page, Page + 1 }.Select(length => _region.TryRent(length)!.Offset).ToArray();

        offsets.Should().Equal(3 * Page, 4 * Page, 5 * Page);
        _region.FreeBytes.Should().Be(0);
    }

    [Fact]
    public void An_empty_block_takes_a_page_so_that_its_offset_is_its_own()
    {
        var first = _region.TryRent(0)!;
        var second = _region.TryRent(0)!;

        second.Offset.Should().NotBe(first.Offset);
        first.Return();
        second.Return();
        _region.FreeBytes.Should().Be(4 * Page);
    }

    [Fact]
    public async Task Who_waits_is_served_in_turn()
    {
        var all = _region.TryRent(4 * Page)!;
        var large = _region.RentAsync(4 * Page, Stop).AsTask();
        var small = _region.RentAsync(1, Stop).AsTask();
        _region.TryRent(1).Should().BeNull();

        all.Return();
        var served = await large.Soon("the first in turn");
        small.IsCompleted.Should().BeFalse();
        _region.TryRent(1).Should().BeNull("others wait");

        served.Return();
        (await small.Soon("the second in turn")).Return();
        _region.FreeBytes.Should().Be(4 * Page);
    }

    [Fact]
    public async Task Nobody_overtakes_a_large_one_that_waits()
    {
        var half = _region.TryRent(2 * Page)!;
        var large = _region.RentAsync(4 * Page, Stop).AsTask();

        _region.TryRent(1).Should().BeNull("there is room for one page, but a large one waits");

        half.Return();
        (await large.Soon("the large one")).Return();
    }

    [Fact]
    public async Task Who_gives_up_leaves_the_turn_to_the_next()
    {
        var half = _region.TryRent(2 * Page)!;
        using var cancel = new CancellationTokenSource();
        var large = _region.RentAsync(4 * Page, cancel.Token).AsTask();
        var small = _region.RentAsync(1, Stop).AsTask();

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => large.Soon("the one who gave up"));
        (await small.Soon("the next")).Return();
        half.Return();
        _region.FreeBytes.Should().Be(4 * Page);
    }

    [Fact]
    public async Task Giving_up_at_the_very_moment_of_being_served_loses_no_page()
    {
        for (var round = 0; round < 2000; round++)
        {
            var all = _region.TryRent(4 * Page)!;
            using var cancel = new CancellationTokenSource();
            var waiting = _region.RentAsync(Page, cancel.Token).AsTask();
            var returning = Task.Run(all.Return, Stop);
            await cancel.CancelAsync();
            await returning.Soon("the return");
            if (await Record.ExceptionAsync(() => waiting.Soon("the waiter")) is null)
            {
                (await waiting).Return();
            }

            _region.FreeBytes.Should().Be(4 * Page, "in round {0}", round);
        }
    }

    [Fact]
    public async Task When_the_region_closes_who_waits_is_told()
    {
        var all = _region.TryRent(4 * Page)!;
        var waiting = _region.RentAsync(1, Stop).AsTask();

        _region.Close();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting.Soon("the waiter"));
        all.Return();
        _region.Invoking(region => region.TryRent(1)).Should().Throw<ObjectDisposedException>();
    }
}
