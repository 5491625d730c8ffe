using Microsoft.Win32.SafeHandles;
using WinApi.Transport.HyperV.Memory;
using WinApi.Transport.HyperV.Memory.Backends;

namespace WinApi.Transport.HyperV.Tests.Memory;

public sealed class CoherenceTurnsTests
{
    private static readonly MappingLayout Layout = new(4096, 4096);

    [Fact]
    public async Task Two_who_see_the_same_bytes_count_to_the_end()
    {
        var mine = Create(out var descriptor);
        using (descriptor)
        {
            var theirs = OperatingSystem.IsLinux() ? MemfdBackend.Open(descriptor, Layout.TotalBytes) : throw new PlatformNotSupportedException();
            var following = Task.Run(() => CoherenceTurns.Follow(theirs, Layout, () => false), TestContext.Current.CancellationToken);

            CoherenceTurns.Lead(mine, Layout, () => false).Should().BeNull();
            (await following).Should().BeNull();
            theirs.Release();
            mine.Release();
        }
    }

    [Fact]
    public async Task Two_with_copies_of_their_own_find_out()
    {
        var mine = Create(out var first);
        var theirs = Create(out var second);
        first.Dispose();
        second.Dispose();
        var following = Task.Run(() => CoherenceTurns.Follow(theirs, Layout, () => false), TestContext.Current.CancellationToken);

        CoherenceTurns.Lead(mine, Layout, () => false).Should().Contain("turn 1");
        (await following).Should().Contain("turn 1");
        theirs.Release();
        mine.Release();
    }

    [Fact]
    public void One_whose_peer_has_left_does_not_wait_for_it()
    {
        var mine = Create(out var descriptor);
        descriptor.Dispose();
        var asked = 0;

        var problem = CoherenceTurns.Follow(mine, Layout, () => ++asked == 3);

        problem.Should().Contain("turn 1");
        asked.Should().Be(3);
        mine.Release();
    }

    private static SharedMapping Create(out SafeFileHandle descriptor)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "A memfd needs Linux.");
        return OperatingSystem.IsLinux() ? MemfdBackend.Create(Layout.TotalBytes, out descriptor)
            : throw new PlatformNotSupportedException();
    }
}
