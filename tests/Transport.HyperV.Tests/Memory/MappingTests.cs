using Microsoft.Win32.SafeHandles;
using WinApi.Transport.HyperV.Memory;
using WinApi.Transport.HyperV.Memory.Backends;

namespace WinApi.Transport.HyperV.Tests.Memory;

public sealed class MappingTests
{
    private const int Page = MappingLayout.PageSize;

    private static readonly MappingLayout Layout = new(4 * Page, 2 * Page);
    private static readonly Guid Session = new("00112233-4455-6677-8899-aabbccddeeff");

    [Fact]
    public void The_default_is_a_header_of_4_KiB_two_rings_of_64_KiB_and_two_regions_of_4_MiB()
    {
        var layout = MappingLayout.Split(8 << 20);

        (layout.RequestBytes, layout.ResponseBytes).Should().Be((4L << 20, 4L << 20));
        MappingLayout.RequestStart.Should().Be(4096 + (2 * 65536) + 2048);
        layout.ResponseStart.Should().Be(4096 + (2 * 65536) + 2048 + (4 << 20));
        (MappingLayout.RequestStart % 4096).Should().Be(2048, "no copy meets a start just after a page's");
        layout.TotalBytes.Should().Be(4096 + (2 * 65536) + (8 << 20) + 4096);
    }

    [Theory]
    [InlineData(1, 4096)]
    [InlineData(8192, 4096)]
    [InlineData(8194, 8192)]
    public void A_size_is_split_into_whole_pages(long bytes, long half) =>
        MappingLayout.Split(bytes).Should().Be(new MappingLayout(half, half));

    [Theory]
    [InlineData(Page, Page, true)]
    [InlineData(0, Page, false)]
    [InlineData(Page, 0, false)]
    [InlineData(-Page, 3 * Page, false)]
    [InlineData(Page + 1, Page, false)]
    [InlineData(Page, Page - 1, false)]
    [InlineData(1L << 31, Page, false)]
    [InlineData(long.MaxValue - 4095, Page, false)]
    [InlineData(1L << 62, 1L << 62, false)]
    [InlineData(1L << 30, (1L << 30) - MappingLayout.HeaderBytes - (2 * Page), true)]
    public void Sizes_that_come_from_a_peer_are_checked(long request, long response, bool valid) =>
        new MappingLayout(request, response).IsValid(long.MaxValue).Should().Be(valid);

    [Fact]
    public void A_mapping_over_the_limit_is_not_valid()
    {
        Layout.IsValid(6 * Page).Should().BeTrue();
        Layout.IsValid((6 * Page) - 1).Should().BeFalse();
    }

    [Fact]
    public void The_header_describes_the_mapping()
    {
        NeedsLinux();
        var mapping = Create(out var descriptor);
        using (descriptor)
        {
            Layout.WriteHeader(mapping, Session);

            mapping.GetSpan(0, 4).ToArray().Should().Equal("WINA"u8.ToArray());
            BitConverter.ToUInt32(mapping.GetSpan(4, 4)).Should().Be(MappingLayout.LayoutVersion);
            new Guid(mapping.GetSpan(8, 16)).Should().Be(Session);
            BitConverter.ToInt64(mapping.GetSpan(24, 8)).Should().Be(MappingLayout.RequestStart);
            BitConverter.ToInt64(mapping.GetSpan(32, 8)).Should().Be(4 * Page);
            BitConverter.ToInt64(mapping.GetSpan(40, 8)).Should().Be(MappingLayout.RequestStart + (4 * Page));
            BitConverter.ToInt64(mapping.GetSpan(48, 8)).Should().Be(2 * Page);
            mapping.Release();
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(24)]
    [InlineData(32)]
    [InlineData(40)]
    [InlineData(55)]
    public void A_header_that_says_anything_else_is_refused(int changed)
    {
        NeedsLinux();
        var mapping = Create(out var descriptor);
        using (descriptor)
        {
            Layout.WriteHeader(mapping, Session);
            Layout.VerifyHeader(mapping, Session);
            mapping.GetSpan(changed, 1)[0] ^= 1;

            Layout.Invoking(layout => layout.VerifyHeader(mapping, Session)).Should().Throw<IOException>();
            mapping.Release();
        }
    }

    [Fact]
    public void Two_mappings_of_one_descriptor_are_the_same_bytes()
    {
        NeedsLinux();
        var mine = Create(out var descriptor);
        using (descriptor)
        {
            var theirs = Open(descriptor, Layout.TotalBytes);

            mine.GetSpan(Page, 3).Fill(7);
            theirs.GetSpan(Page, 3).ToArray().Should().Equal(7, 7, 7);
            theirs.Release();
            mine.Release();
        }
    }

    [Fact]
    public void Memory_of_another_size_is_refused()
    {
        NeedsLinux();
        var mapping = Create(out var descriptor);
        using (descriptor)
        {
            var open = () => Open(descriptor, Layout.TotalBytes + Page);

            open.Should().Throw<IOException>().WithMessage($"*{Layout.TotalBytes}*{Layout.TotalBytes + Page}*");
            mapping.Release();
        }
    }

    [Fact]
    public void Memory_that_could_shrink_under_its_reader_is_refused()
    {
        NeedsLinux();
        var path = Path.GetTempFileName();
        using (var file = new FileStream(
            path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose))
        {
            file.SetLength(Layout.TotalBytes);
            var open = () => Open(file.SafeFileHandle, Layout.TotalBytes);

            open.Should().Throw<IOException>();
        }
    }

    [Fact]
    public void What_is_created_cannot_be_made_shorter()
    {
        NeedsLinux();
        var mapping = Create(out var descriptor);
        using (descriptor)
        {
            var shorten = () => RandomAccess.SetLength(descriptor, Page);

            shorten.Should().Throw<Exception>().Which.Should()
                .Match(error => error is IOException || error is UnauthorizedAccessException);
            RandomAccess.GetLength(descriptor).Should().Be(Layout.TotalBytes);
            mapping.Release();
        }
    }

    [Fact]
    public void Nothing_outside_the_mapping_can_be_reached()
    {
        NeedsLinux();
        var mapping = Create(out var descriptor);
        descriptor.Dispose();

        foreach (var (offset, length) in ((long, int)[])[(-1, 1), (0, -1), (Layout.TotalBytes, 1),
            (Layout.TotalBytes - 1, 2), (long.MaxValue, int.MaxValue)])
        {
            mapping.Invoking(map => map.GetSpan(offset, length).ToArray()).Should()
                .Throw<ArgumentOutOfRangeException>();
        }

        mapping.Release();
    }

    [Fact]
    public void It_stays_mapped_until_the_last_has_let_go()
    {
        NeedsLinux();
        var mapping = Create(out var descriptor);
        descriptor.Dispose();
        mapping.TryAddReference().Should().BeTrue();

        mapping.Release();
        mapping.GetSpan(0, 1)[0] = 1;
        mapping.Release();

        mapping.TryAddReference().Should().BeFalse();
        mapping.Invoking(map => map.GetSpan(0, 1).ToArray()).Should().Throw<ObjectDisposedException>();
    }

    [Fact]
    public void Whoever_sees_the_same_bytes_proves_it_and_whoever_has_a_copy_does_not()
    {
        NeedsLinux();
        var mine = Create(out var descriptor);
        using (descriptor)
        {
            var same = Open(descriptor, Layout.TotalBytes);
            var copy = Create(out var other);
            other.Dispose();
            var offsets = CoherenceProof.ChooseOffsets(Page, 4 * Page);

            var expected = CoherenceProof.WriteNonces(mine, offsets, Session.ToByteArray());
            var asked = offsets.Select(offset => (ulong)offset).ToArray();

            CoherenceProof.Answer(same, asked, Page, 4 * Page, Session.ToByteArray()).Should().Equal(expected);
            CoherenceProof.Answer(copy, asked, Page, 4 * Page, Session.ToByteArray()).Should().NotEqual(expected);
            CoherenceProof.Answer(same, asked, Page, 4 * Page, Guid.NewGuid().ToByteArray()).Should().NotEqual(expected);
            same.Release();
            copy.Release();
            mine.Release();
        }
    }

    [Fact]
    public void A_challenge_outside_the_challengers_region_is_not_answered()
    {
        NeedsLinux();
        var mapping = Create(out var descriptor);
        descriptor.Dispose();

        foreach (var offset in (ulong[])[0, Page - 1, (5 * Page) - 15, 5 * Page, ulong.MaxValue])
        {
            CoherenceProof.Answer(mapping, [offset], Page, 4 * Page, Session.ToByteArray()).Should().BeNull();
        }

        CoherenceProof.Answer(mapping, [], Page, 4 * Page, Session.ToByteArray()).Should().BeNull();
        CoherenceProof.Answer(mapping, Enumerable.Repeat((ulong)Page, 17).ToArray(), Page, 4 * Page, Session.ToByteArray()).Should()
            .BeNull();
        CoherenceProof.Answer(mapping, [(5 * Page) - 16], Page, 4 * Page, Session.ToByteArray()).Should().NotBeNull();
        mapping.Release();
    }

    private static void NeedsLinux() => Assert.SkipUnless(OperatingSystem.IsLinux(), "A memfd needs Linux.");

    private static SharedMapping Create(out SafeFileHandle descriptor) =>
        OperatingSystem.IsLinux() ? MemfdBackend.Create(Layout.TotalBytes, out descriptor)
            : throw new PlatformNotSupportedException();

    private static SharedMapping Open(SafeFileHandle descriptor, long length) =>
        OperatingSystem.IsLinux() ? MemfdBackend.Open(descriptor, length) : throw new PlatformNotSupportedException();
}
