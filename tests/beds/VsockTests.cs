using WinApi.Beds.Tests.Setup;

namespace WinApi.Beds.Tests;

/// <summary>Clients in the guest, over real AF_VSOCK, with the host on this machine.</summary>
public sealed class VsockTests(TestBeds beds)
{
    [Fact]
    public void The_C_client_passes_its_integration_tests() =>
        beds.Guest.Value.Check("inline-c-integration").Json.ShouldHavePassed();

    [Fact]
    public void The_CSharp_client_reaches_the_host()
    {
        var status = beds.Guest.Value.Check("inline-cs-status").Json;

        status.ShouldServeWithMemory("none");
        status.GetProperty("connection").GetProperty("endpoint").GetString().Should().StartWith("vsock://2:");
        beds.Guest.Value.Check("inline-cs-echo").Json.GetProperty("text").GetString().Should().Be("from the guest");
    }

    [Fact]
    public void Without_a_file_in_common_the_bytes_travel_inline_and_the_reason_is_told()
    {
        beds.Guest.Value.Check("inline-cs-buffer").Json.ShouldHaveReachedTheHost(inPlace: false);
        beds.Guest.Value.Check("inline-cs-status").Json.MemoryReason().Should().Contain("WINAPI_SHARED_MEM");
    }

    [Fact]
    public void The_doctor_finds_the_layers_in_order()
    {
        var doctor = beds.Guest.Value.Check("inline-c-doctor").Json;

        doctor.Layer("vsock").Seen.Should().Contain($"{Device.VsockDevice.GuestCid}");
        doctor.Layer("connect").State.Should().Be("ok");
        doctor.Layer("token").State.Should().Be("ok");
        doctor.Layer("round_trip").State.Should().Be("ok");
    }

    [Fact]
    public void All_of_it_went_through_the_device() =>
        beds.Guest.Value.Connections
            .Count(line => line.EndsWith("-> host port 4660: connected", StringComparison.Ordinal))
            .Should().BeGreaterThan(4);

    [Theory]
    [InlineData("c-nobody-listens")]
    [InlineData("cs-nobody-listens")]
    [InlineData("cs-doctor-nobody-listens")]
    public void Where_nobody_listens_the_error_says_what_to_do(string check)
    {
        var result = beds.Guest.Value.Check(check);

        result.ExitCode.Should().NotBe(0);
        (result.Output + result.Errors).Should().Contain("vsock://2:0x1387").And.Contain("WinAPIService")
            .And.NotContain("   at ");
    }
}
