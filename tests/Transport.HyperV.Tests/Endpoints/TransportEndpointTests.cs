namespace WinApi.Transport.HyperV.Tests.Endpoints;

public sealed class TransportEndpointTests
{
    [Theory]
    [InlineData("unix:///run/winapi/winapi.sock", "unix:///run/winapi/winapi.sock")]
    [InlineData("unix:///with%20space.sock", "unix:///with space.sock")]
    [InlineData("tcp://127.0.0.1:4660", "tcp://127.0.0.1:4660")]
    [InlineData("tcp://127.1.2.3:1", "tcp://127.1.2.3:1")]
    [InlineData("tcp://localhost:4660", "tcp://127.0.0.1:4660")]
    [InlineData("tcp://[::1]:65535", "tcp://[::1]:65535")]
    [InlineData("tcp://127.0.0.1:0", "tcp://127.0.0.1:0")]
    [InlineData("vsock://2:4660", "vsock://2:0x1234")]
    [InlineData("vsock://2:0x1234", "vsock://2:0x1234")]
    [InlineData("vsock://host:0xABCD", "vsock://2:0xABCD")]
    [InlineData("vsock://any:1", "vsock://any:0x1")]
    [InlineData("vsock://local:0x7fffffff", "vsock://1:0x7FFFFFFF")]
    [InlineData("vsock://4294967294:5", "vsock://4294967294:0x5")]
    [InlineData("hvsocket://auto/4660", "hvsocket://auto/0x1234")]
    [InlineData("hvsocket://auto/0x1234", "hvsocket://auto/0x1234")]
    [InlineData("hvsocket://wildcard/1", "hvsocket://wildcard/0x1")]
    [InlineData("hvsocket://children/1", "hvsocket://children/0x1")]
    [InlineData("hvsocket://loopback/1", "hvsocket://loopback/0x1")]
    [InlineData("hvsocket://a42e7cda-d03f-480c-9cc2-a4de20abb878/1", "hvsocket://parent/0x1")]
    [InlineData(
        "hvsocket://{2B67A3AE-3B77-4B3F-9D5C-6C7D8A9C9E0A}/4660",
        "hvsocket://2b67a3ae-3b77-4b3f-9d5c-6c7d8a9c9e0a/0x1234")]
    public void What_is_written_as_it_should_be_is_read(string text, string expected)
    {
        TransportEndpoint.Parse(text).ToString().Should().Be(expected);
        TransportEndpoint.Parse(expected).ToString().Should().Be(expected, "what is written is read back");
        TransportEndpoint.TryParse(text, out var endpoint, out var error).Should().BeTrue();
        endpoint!.ToString().Should().Be(expected);
        error.Should().BeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("nowhere")]
    [InlineData("/run/winapi.sock")]
    [InlineData("http://127.0.0.1:80")]
    [InlineData("unix:")]
    [InlineData("unix://")]
    [InlineData("unix:///")]
    [InlineData("unix:///folder/")]
    [InlineData("unix://relative.sock")]
    [InlineData("unix:/one-slash.sock")]
    [InlineData("tcp://")]
    [InlineData("tcp://127.0.0.1")]
    [InlineData("tcp://127.0.0.1:")]
    [InlineData("tcp://127.0.0.1:port")]
    [InlineData("tcp://127.0.0.1:65536")]
    [InlineData("tcp://127.0.0.1:-1")]
    [InlineData("tcp:127.0.0.1:4660")]
    [InlineData("tcp://example.org:4660")]
    [InlineData("tcp://0.0.0.0:4660")]
    [InlineData("tcp://192.168.0.1:4660")]
    [InlineData("tcp://[::]:4660")]
    [InlineData("tcp://[2001:db8::1]:4660")]
    [InlineData("vsock:2:4660")]
    [InlineData("vsock://")]
    [InlineData("vsock://2")]
    [InlineData("vsock://2:")]
    [InlineData("vsock://2:0")]
    [InlineData("vsock://2:0x80000000")]
    [InlineData("vsock://2:-1")]
    [InlineData("vsock://2:port")]
    [InlineData("vsock://2:1:1")]
    [InlineData("vsock://0:4660")]
    [InlineData("vsock://4294967296:4660")]
    [InlineData("vsock://windows:4660")]
    [InlineData("hvsocket:auto/1")]
    [InlineData("hvsocket://")]
    [InlineData("hvsocket://auto")]
    [InlineData("hvsocket://auto:4660")]
    [InlineData("hvsocket://auto/0")]
    [InlineData("hvsocket://auto/0x80000000")]
    [InlineData("hvsocket://auto/0x")]
    [InlineData("hvsocket://2/4660")]
    [InlineData("hvsocket://2b67a3ae-3b77/4660")]
    public void Anything_else_is_told_in_one_line_with_the_forms_that_are_accepted(string text)
    {
        TransportEndpoint.TryParse(text, out var endpoint, out var error).Should().BeFalse();

        endpoint.Should().BeNull();
        error.Should().NotContainAny("\n", "\r").And.Contain("unix:///path/to.sock")
            .And.Contain("tcp://127.0.0.1:PORT").And.Contain("vsock://CID:PORT").And.Contain("hvsocket://auto/PORT");
        if (text.Trim().Length > 0)
        {
            error.Should().Contain($"'{text}'");
        }

        var parse = () => TransportEndpoint.Parse(text);
        parse.Should().Throw<FormatException>().WithMessage(error);
    }

    [Fact]
    public void Nothing_is_no_endpoint() => TransportEndpoint.TryParse(null, out _, out _).Should().BeFalse();

    [Fact]
    public void An_address_that_is_not_loopback_is_refused_with_the_reason()
    {
        TransportEndpoint.TryParse("tcp://192.168.0.1:4660", out _, out var error).Should().BeFalse();

        error.Should().Contain("192.168.0.1").And.Contain("loopback").And.Contain("encrypted");
    }

    [Theory]
    [InlineData(107, true)]
    [InlineData(108, false)]
    public void A_path_may_be_as_long_as_a_sockets_path_may_be(int length, bool fits)
    {
        var path = "/" + new string('a', length - 1);

        TransportEndpoint.TryParse("unix://" + path, out _, out var error).Should().Be(fits);

        if (!fits)
        {
            error.Should().Contain("108").And.Contain("107");
        }
    }

    [Fact]
    public void The_length_of_a_path_counts_in_bytes_not_letters() =>
        TransportEndpoint.TryParse("unix:///" + new string('ä', 54), out _, out _).Should().BeFalse();

    [Theory]
    [InlineData("unix:///run/winapi.sock", true)]
    [InlineData("tcp://127.0.0.1:4660", true)]
    [InlineData("vsock://2:4660", false)]
    [InlineData("vsock://1:4660", false)]
    [InlineData("hvsocket://auto/4660", false)]
    public void What_leads_off_this_machine_is_known(string text, bool isLoopback) =>
        TransportEndpoint.Parse(text).IsLoopback.Should().Be(isLoopback);

    [Theory]
    [InlineData("vsock://2:4660")]
    [InlineData("hvsocket://auto/4660")]
    public void No_descriptor_crosses_to_another_machine(string text) =>
        TransportEndpoint.Parse(text).PassesDescriptors.Should().BeFalse();
}
