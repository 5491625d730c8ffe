using WinApi.Beds.Tests.Setup;

namespace WinApi.Beds.Tests;

/// <summary>Clients in the guest, over real AF_VSOCK, with the host on this machine.</summary>
public sealed class VsockTests(TestBeds beds)
{
    [Fact]
    public void The_C_client_passes_its_integration_tests()
    {
        var result = beds.Guest.Value.Check("c-integration").Json;

        result.GetProperty("passed").GetBoolean().Should().BeTrue(result.ToString());
    }

    [Fact]
    public void The_CSharp_client_reaches_the_host()
    {
        var result = beds.Guest.Value.Check("cs-status").Json;

        result.GetProperty("health").GetString().Should().Be("SERVING");
    }
}
