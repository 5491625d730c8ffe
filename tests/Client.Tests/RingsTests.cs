namespace WinApi.Client.Tests;

/// <summary>Frames in shared memory between real processes.</summary>
public sealed class RingsTests : CommandTest
{
    [Fact]
    public async Task Frames_travel_in_rings_unless_they_are_switched_off()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "A memfd needs Linux.");
        (await RunForJson("status")).GetProperty("connection").GetProperty("rings").GetBoolean().Should().BeTrue();

        var program = StartAnywhere(["status", "--json", "--endpoint", Host.Endpoint], ("WINAPI_RINGS", "0"));

        (await program.EndsAsync()).Should().Be(0);
        ParseObject(program).GetProperty("connection").GetProperty("rings").GetBoolean().Should().BeFalse();
    }

    [Fact]
    public async Task A_time_to_spin_that_is_none_is_refused_by_its_name()
    {
        var program = StartAnywhere(["status", "--endpoint", Host.Endpoint], ("WINAPI_SPIN_US", "soon"));

        (await program.EndsAsync()).Should().Be(2);
        program.Errors.Should().ContainSingle().Which.Should().Contain("WINAPI_SPIN_US").And.Contain("soon");
    }

    [Fact]
    public async Task Host_and_client_on_one_processor_make_way_for_each_other()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/taskset"), "taskset (util-linux) is not installed.");
        var folder = Directory.CreateTempSubdirectory("winapi-");
        try
        {
            var endpoint = $"unix://{folder}/host.sock";
            var host = StartPinned(ProgramPaths.Host, "--endpoint", endpoint);
            await host.PrintsAsync("listening on ");

            var client = StartPinned(ProgramPaths.Client, "perf", "latency", "--iterations", "2000", "--json", "--endpoint", endpoint);

            (await client.EndsAsync()).Should().Be(0);
            var result = ParseObject(client);
            result.GetProperty("connection").GetProperty("rings").GetBoolean().Should().BeTrue();
            result.GetProperty("caller").GetProperty("iterations").GetInt64().Should().Be(2000);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private ProgramRun StartPinned(string program, params string[] arguments) =>
        Own(ProgramRun.Start("/usr/bin/taskset", ["--cpu-list", "0", program, .. arguments]));
}
