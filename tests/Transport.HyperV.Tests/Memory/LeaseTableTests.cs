using WinApi.Transport.HyperV.Memory;

namespace WinApi.Transport.HyperV.Tests.Memory;

public sealed class LeaseTableTests
{
    private const int Page = MappingLayout.PageSize;

    private readonly Region _region = new(null, Page, 4 * Page);
    private readonly LeaseTable _leases = new();

    [Fact]
    public void A_lease_returns_when_neither_side_has_it_any_more()
    {
        var lease = _leases.Rent(_region.TryRent(Page)!);
        _leases.TryLend(ReferenceTo(lease), out _, out _).Should().BeTrue();
        _leases.TryLend(ReferenceTo(lease), out _, out _).Should().BeTrue();

        _leases.EndRent(lease);
        _leases.TryTakeBack(lease.Id, 1).Should().BeTrue();
        _region.FreeBytes.Should().Be(3 * Page, "it was lent twice");
        _leases.TryTakeBack(lease.Id, 1).Should().BeTrue();

        _region.FreeBytes.Should().Be(4 * Page);
        _leases.Count.Should().Be(0);
    }

    [Fact]
    public void A_peer_cannot_give_back_more_than_it_has()
    {
        var lease = _leases.Rent(_region.TryRent(Page)!);
        _leases.TryTakeBack(lease.Id, 1).Should().BeFalse("it was not lent");
        _leases.TryLend(ReferenceTo(lease), out _, out _).Should().BeTrue();

        _leases.TryTakeBack(lease.Id, 2).Should().BeFalse();
        _leases.TryTakeBack(lease.Id, 0).Should().BeFalse();
        _leases.TryTakeBack(lease.Id, -1).Should().BeFalse();
        _leases.TryTakeBack(lease.Id + 1, 1).Should().BeFalse();
        _leases.TryTakeBack(lease.Id, 1).Should().BeTrue();
        _leases.TryTakeBack(lease.Id, 1).Should().BeFalse();

        _region.FreeBytes.Should().Be(3 * Page, "its renter still has it");
    }

    [Fact]
    public void What_is_no_longer_rented_cannot_be_lent_again()
    {
        var lease = _leases.Rent(_region.TryRent(Page)!);
        _leases.TryLend(ReferenceTo(lease), out _, out _).Should().BeTrue();
        _leases.EndRent(lease);

        _leases.TryLend(ReferenceTo(lease), out _, out _).Should().BeFalse();
    }

    [Fact]
    public void A_message_in_the_region_returns_when_the_peer_has_read_it()
    {
        var lease = _leases.LendMessage(_region.TryRent(2 * Page)!);
        _leases.TryLend(ReferenceTo(lease), out _, out _).Should().BeFalse("nobody rented it");

        _leases.TryTakeBack(lease.Id, 1).Should().BeTrue();

        _region.FreeBytes.Should().Be(4 * Page);
    }

    [Fact]
    public void When_the_peer_is_gone_all_it_had_is_back_but_not_what_is_rented()
    {
        var rented = _leases.Rent(_region.TryRent(Page)!);
        _leases.TryLend(ReferenceTo(rented), out _, out _).Should().BeTrue();
        _leases.LendMessage(_region.TryRent(Page)!);

        _leases.TakeBackAll();

        _region.FreeBytes.Should().Be(3 * Page);
        _leases.EndRent(rented);
        _region.FreeBytes.Should().Be(4 * Page);
    }

    [Theory]
    [InlineData(1000ul, 100ul, true)]
    [InlineData(1000ul, 0ul, true)]
    [InlineData(1100ul, 0ul, true)]
    [InlineData(1050ul, 50ul, true)]
    [InlineData(999ul, 1ul, false)]
    [InlineData(1000ul, 101ul, false)]
    [InlineData(1050ul, 51ul, false)]
    [InlineData(1101ul, 0ul, false)]
    [InlineData(1050ul, ulong.MaxValue, false)]
    [InlineData(ulong.MaxValue, 1ul, false)]
    [InlineData(ulong.MaxValue, ulong.MaxValue, false)]
    [InlineData(1050ul, ulong.MaxValue - 1049, false)]
    [InlineData(0ul, 2000ul, false)]
    public void A_reference_is_covered_only_inside_what_was_lent(ulong offset, ulong length, bool covered) =>
        LeaseTable.Covers(new BufferDescriptor(
            1, 1000, 100), new BufferRef { Lease = 1, Offset = offset, Length = length })
            .Should().Be(covered);

    private static BufferRef ReferenceTo(Lease lease) => new()
    {
        Lease = lease.Id, Offset = (ulong)lease.Block.Offset, Length = (ulong)lease.Block.Length,
    };
}
