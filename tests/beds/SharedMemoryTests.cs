using WinApi.Beds.Tests.Hosts;
using WinApi.Beds.Tests.Setup;

namespace WinApi.Beds.Tests;

/// <summary>Bulk bytes across the border of the VM: the guest's PCI memory is a file that the host maps.</summary>
public sealed class SharedMemoryTests(TestBeds beds)
{
    [Fact]
    public void The_proof_of_coherence_passes_and_the_host_works_in_place()
    {
        beds.Guest.Value.Check("ivshmem-cs-status").Json.ShouldServeWithMemory("file");
        beds.Guest.Value.Check("ivshmem-cs-buffer").Json.ShouldHaveReachedTheHost(inPlace: true);
    }

    [Fact]
    public void The_C_client_shares_it_too()
    {
        var doctor = beds.Guest.Value.Check("ivshmem-c-doctor").Json;

        doctor.Layer("memory").Seen.Should().StartWith("file");
        doctor.Layer("coherence").State.Should().Be("ok");
        beds.Guest.Value.Check("ivshmem-c-integration").Json.ShouldHavePassed();
    }

    [Theory]
    [InlineData("9p")]
    [InlineData("virtiofs")]
    public void A_file_that_is_mounted_is_not_shared_memory_and_calls_work_inline(string mount)
    {
        var guest = beds.Guest.Value;
        Assert.SkipUnless(
            mount != "virtiofs" || VirtioFsServer.IsPossible,
            "virtiofsd is not installed (tests/beds/install-tools.sh installs it), or this user is not root.");

        var status = guest.Check($"{mount}-cs-status").Json;
        status.ShouldServeWithMemory("none");
        status.MemoryReason().Should().Contain("does not see", "the proof should fail");
        guest.Check($"{mount}-cs-buffer").Json.ShouldHaveReachedTheHost(inPlace: false);

        var doctor = guest.Check($"{mount}-c-doctor").Json;
        doctor.Layer("memory").Seen.Should().StartWith("none").And.Contain("does not see");
        doctor.Layer("bulk").State.Should().Be("ok");
    }
}
