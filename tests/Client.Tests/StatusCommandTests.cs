namespace WinApi.Client.Tests;

public sealed class StatusCommandTests : CommandTest
{
    [Fact]
    public async Task As_JSON_it_tells_the_connection_and_every_service()
    {
        var result = await RunForJson("status");

        result.GetProperty("health").GetString().Should().Be("SERVING");
        result.GetProperty("host_program").GetString().Should().Contain("WinAPIService");
        result.GetProperty("protocol_version").GetInt32().Should().BePositive();
        result.GetProperty("session_id").GetGuid().Should().NotBe(Guid.Empty);
        result.GetProperty("connection").GetProperty("endpoint").GetString().Should().Be(Host.Endpoint);
        if (OperatingSystem.IsLinux())
        {
            result.GetProperty("connection").GetProperty("memory").GetString().Should().Be("memfd");
            result.GetProperty("request_region_bytes").GetInt64().Should().Be(4 << 20);
        }

        result.GetProperty("services").EnumerateArray().Select(service => service.GetProperty("name").GetString())
            .Should().Contain(["winapi.v1.Echo", "winapi.v1.BufferTest", "winapi.v1.PerfTest"]);
    }

    [Fact]
    public async Task Without_shared_memory_it_says_why()
    {
        var result = await RunForJson("status", "--shared-memory", "none");

        result.GetProperty("connection").GetProperty("memory").GetString().Should().Be("none");
        result.GetProperty("connection").GetProperty("memory_reason").GetString().Should().NotBeNullOrWhiteSpace();
    }

    [Fact]
    public async Task For_people_it_names_the_host_and_its_services()
    {
        var program = Start("status");

        (await program.EndsAsync()).Should().Be(0);
        string.Join('\n', program.Output).Should().ContainAll(Host.Endpoint, "SERVING", "winapi.v1.Echo")
            .And.NotContain("\u001b");
    }
}
