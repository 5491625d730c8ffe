using WinApi.Transport.HyperV.Endpoints;

namespace WinApi.Transport.HyperV.Tests.Endpoints;

public sealed class DefaultEndpointsTests
{
    [Theory]
    [InlineData("5.15.153.1-microsoft-standard-WSL2", true)]
    [InlineData("6.6.87.2-microsoft-standard-WSL2+", true)]
    [InlineData("5.10.102.1-MICROSOFT-standard-wsl2", true)]
    [InlineData("4.4.0-19041-Microsoft", false)]
    [InlineData("5.15.0-1061-azure", false)]
    [InlineData("6.1.0-18-cloud-amd64", false)]
    [InlineData("6.1.0-custom-WSL2", false)]
    [InlineData("", false)]
    public void The_kernel_of_WSL2_is_known_by_its_release(string release, bool isWsl2) =>
        Wsl2Kernel.Recognizes(release).Should().Be(isWsl2);

    [Theory]
    [InlineData(false, true, "vsock://2:0x1234")]
    [InlineData(false, false, "unix://")]
    [InlineData(true, false, "unix://")]
    public void A_client_looks_for_Windows_from_WSL2_and_for_a_socket_elsewhere(bool isWindows, bool isWsl2, string begins) =>
        Of(isWindows, isWsl2).ForClient().ToString().Should().StartWith(begins);

    [Theory]
    [InlineData(true, false, true, "hvsocket://auto/0x1234", "unix://")]
    [InlineData(true, false, false, "hvsocket://auto/0x1234")]
    [InlineData(false, true, true, "unix://")]
    [InlineData(false, false, true, "unix://")]
    public void A_host_listens_for_WSL2_in_Windows_and_on_a_socket_wherever_there_are_some(
        bool isWindows, bool isWsl2, bool hasUnixSockets, params string[] begin)
    {
        var endpoints = Of(isWindows, isWsl2, hasUnixSockets).ForHost();

        endpoints.Should().HaveCount(begin.Length);
        endpoints.Zip(begin).Should().OnlyContain(pair => pair.First.ToString().StartsWith(pair.Second));
    }

    [Fact]
    public void The_port_can_be_another()
    {
        var variables = ("WINAPI_SOCKET_PORT", "0x4321");

        Of(isWsl2: true, variables: variables).ForClient().ToString().Should().Be("vsock://2:0x4321");
        Of(isWindows: true, variables: variables).ForHost()[0].ToString().Should().Be("hvsocket://auto/0x4321");
    }

    [Theory]
    [InlineData("0")]
    [InlineData("0x80000000")]
    [InlineData("many")]
    public void A_bad_port_is_told_with_the_name_of_the_variable(string text)
    {
        var read = () => Of(isWsl2: true, variables: ("WINAPI_SOCKET_PORT", text)).ForClient();

        read.Should().Throw<FormatException>().WithMessage($"*WINAPI_SOCKET_PORT*'{text}'*");
    }

    [Fact]
    public void An_endpoint_in_the_environment_is_the_only_one()
    {
        var both = new[] { ("WINAPI_ENDPOINT", "tcp://127.0.0.1:1"), ("WINAPI_SOCKET_PORT", "many") };

        Of(isWsl2: true, variables: both).ForClient().ToString().Should().Be("tcp://127.0.0.1:1");
        Of(isWindows: true, variables: both).ForHost().Should().ContainSingle()
            .Which.ToString().Should().Be("tcp://127.0.0.1:1");
    }

    [Fact]
    public void A_host_may_have_several_in_the_environment() =>
        Of(isWindows: true, variables: ("WINAPI_ENDPOINT", "tcp://127.0.0.1:1; hvsocket://auto/2")).ForHost()
            .Select(endpoint => endpoint.ToString()).Should().Equal("tcp://127.0.0.1:1", "hvsocket://auto/0x2");

    [Fact]
    public void A_bad_endpoint_in_the_environment_is_told()
    {
        var read = () => Of(variables: ("WINAPI_ENDPOINT", "nowhere")).ForClient();

        read.Should().Throw<FormatException>().WithMessage("*nowhere*");
    }

    private static DefaultEndpoints Of(
        bool isWindows = false,
        bool isWsl2 = false,
        bool hasUnixSockets = true,
        params (string Name, string Value)[] variables) => new(
            isWindows,
            isWsl2,
            hasUnixSockets,
            name => variables.Where(variable => variable.Name == name).Select(variable => variable.Value).SingleOrDefault());
}
