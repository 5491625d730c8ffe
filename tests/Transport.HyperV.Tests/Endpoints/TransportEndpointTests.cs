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
    public void What_is_written_as_it_should_be_is_read(string text, string expected)
    {
        TransportEndpoint.Parse(text).ToString().Should().Be(expected);
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
    public void Anything_else_is_told_in_one_line_with_the_forms_that_are_accepted(string text)
    {
        TransportEndpoint.TryParse(text, out var endpoint, out var error).Should().BeFalse();

        endpoint.Should().BeNull();
        error.Should().NotContainAny("\n", "\r").And.Contain("unix:///path/to.sock")
            .And.Contain("tcp://127.0.0.1:PORT");
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
}
