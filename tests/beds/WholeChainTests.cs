using WinApi.Beds.Tests.Setup;

namespace WinApi.Beds.Tests;

/// <summary>
/// As near to WSL2 and Windows as one machine comes: from the guest over AF_VSOCK to the Windows service, with the bulk
/// in memory that the guest has as a PCI device and the service as a mapped file.
/// </summary>
public sealed class WholeChainTests(TestBeds beds)
{
    [Fact]
    public void The_CSharp_client_in_the_guest_works_with_the_Windows_service_in_place()
    {
        Run("cs-status").Json.ShouldServeWithMemory("file");
        Run("cs-buffer").Json.ShouldHaveReachedTheHost(inPlace: true);
        Run("cs-echo").Json.GetProperty("text").GetString().Should().Be("from the guest");
    }

    [Fact]
    public void The_C_client_in_the_guest_passes_its_integration_tests() =>
        Run("c-integration").Json.ShouldHavePassed();

    [Fact]
    public void The_doctor_finds_every_layer_well()
    {
        var doctor = Run("c-doctor").Json;

        doctor.Layer("memory").Seen.Should().StartWith("file");
        doctor.Layer("coherence").State.Should().Be("ok");
        doctor.Layer("bulk").State.Should().Be("ok");
    }

    private ProgramResult Run(string check)
    {
        _ = beds.Windows.Value;
        return beds.Guest.Value.Check($"windows-{check}");
    }
}
