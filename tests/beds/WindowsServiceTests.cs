using WinApi.Beds.Tests.Setup;

namespace WinApi.Beds.Tests;

/// <summary>WinAPIService.exe as a service under Wine, called from this machine over loopback TCP.</summary>
public sealed class WindowsServiceTests(TestBeds beds)
{
    [Fact]
    public void Installed_by_its_script_it_runs() =>
        beds.Windows.Value.StateWhileRunning.Should().Contain("RUNNING");

    [Fact]
    public void The_CSharp_client_shares_a_file_mapping_with_it()
    {
        var run = beds.Windows.Value;

        run.Status.Json.ShouldServeWithMemory("file");
        run.Status.Json.GetProperty("connection").GetProperty("endpoint").GetString().Should().Be(run.Endpoint);
        run.Buffer.Json.ShouldHaveReachedTheHost(inPlace: true);
    }

    [Fact]
    public void The_C_client_passes_its_integration_tests_and_shares_the_mapping()
    {
        beds.Windows.Value.Integration.Json.ShouldHavePassed();
        beds.Windows.Value.Doctor.Json.Layer("memory").Seen.Should().StartWith("file");
    }

    [Fact]
    public void Its_script_removes_it_again()
    {
        var run = beds.Windows.Value;

        run.Removal.ExitCode.Should().Be(0, "{0}", run.Removal.Everything);
        run.StateAfterRemoval.Should().NotContain("RUNNING").And.NotContain("STOPPED");
    }
}
