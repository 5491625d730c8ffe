using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using WinApi.Transport.HyperV.Endpoints;

namespace WinApi.Transport.HyperV.Tests.Endpoints;

/// <summary>What can be known of the sockets between VM and Windows without either.</summary>
public sealed class HyperVEndpointTests
{
    [Fact]
    public void A_vsock_address_has_the_bytes_of_sockaddr_vm()
    {
        var address = new VsockAddress(cid: 2, port: 0x01020304).Serialize();

        Bytes(address).Should().Equal(40, 0, 0, 0, 4, 3, 2, 1, 2, 0, 0, 0, 0, 0, 0, 0);
    }

    [Fact]
    public void A_Hyper_V_address_has_the_bytes_of_SOCKADDR_HV()
    {
        var vm = new Guid("00112233-4455-6677-8899-aabbccddeeff");
        var address = new HvSocketAddress(vm, HvSocketAddress.ServiceOf(0x1234)).Serialize();

        Bytes(address).Should().Equal(
            34, 0, 0, 0,
            0x33, 0x22, 0x11, 0x00, 0x55, 0x44, 0x77, 0x66, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff,
            0x34, 0x12, 0x00, 0x00, 0xcb, 0xfa, 0xe6, 0x11, 0xbd, 0x58, 0x64, 0x00, 0x6a, 0x79, 0x86, 0xd3);
    }

    [Fact]
    public void A_port_is_the_beginning_of_a_service_id() => HvSocketAddress.ServiceOf(0x1234).ToString()
        .Should().Be("00001234-facb-11e6-bd58-64006a7986d3");

    [Fact]
    public void An_address_is_read_back_from_its_bytes()
    {
        var vsock = new VsockAddress(7, 0x1234);
        vsock.Create(vsock.Serialize()).Should().Be(vsock);

        var hvSocket = new HvSocketAddress(Guid.NewGuid(), HvSocketAddress.ServiceOf(9));
        hvSocket.Create(hvSocket.Serialize()).Should().Be(hvSocket);
    }

    [Theory]
    [InlineData(SocketError.TimedOut, "nothing listens", "hvsocket://auto/0x1234", "winapi doctor")]
    [InlineData(SocketError.ConnectionReset, "turned away", "hvsocket://auto/0x1234", "winapi doctor")]
    [InlineData(SocketError.AddressFamilyNotSupported, "no vsock sockets", "modprobe")]
    [InlineData(SocketError.AddressNotAvailable, "no CID 2", "vsock://2:PORT")]
    [InlineData(SocketError.SocketError, "no way to that CID", "modprobe")]
    public void Why_vsock_did_not_connect_is_told_with_what_to_do(SocketError error, params string[] said) =>
        TransportEndpoint.Parse("vsock://2:0x1234").Diagnose(new SocketException((int)error))
            .Should().ContainAll(said).And.NotContain("\n");

    [Theory]
    [InlineData(10013, "another account", "the user who runs WSL")]
    [InlineData(10047, "no Hyper-V sockets", "Virtual Machine Platform")]
    [InlineData(10049, "no VM of this id", "hvsocket://auto/PORT")]
    [InlineData(10060, "nothing in the VM listens", "vsock://any:0x1234")]
    public void Why_a_Hyper_V_socket_did_not_connect_is_told_with_what_to_do(int error, params string[] said) =>
        TransportEndpoint.Parse("hvsocket://auto/0x1234").Diagnose(new SocketException(error))
            .Should().ContainAll(said).And.NotContain("\n");

    [Theory]
    [InlineData("hvsocket://2b67a3ae-3b77-4b3f-9d5c-6c7d8a9c9e0a/1", "2b67a3ae-3b77-4b3f-9d5c-6c7d8a9c9e0a")]
    [InlineData("hvsocket://auto/1", null)]
    [InlineData("hvsocket://wildcard/1", null)]
    [InlineData("hvsocket://parent/1", null)]
    public void An_endpoint_that_names_a_VM_tells_which(string text, string? vm) =>
        TransportEndpoint.Parse(text).VirtualMachineId.Should().Be(vm is null ? null : new Guid(vm));

    [Fact]
    public async Task Any_is_nobody_to_connect_to()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "vsock is Linux'");
        var endpoint = TransportEndpoint.Parse("vsock://any:4660");

        var connect = () => endpoint.ConnectAsync(TestContext.Current.CancellationToken).AsTask();

        (await connect.Should().ThrowAsync<IOException>()).WithMessage("*listening only*vsock://2:PORT*");
    }

    [Theory]
    [InlineData("hvsocket://auto/0x1234", "*Windows*vsock://2:0x1234*")]
    [InlineData("hvsocket://parent/7", "*Windows*vsock://2:0x7*")]
    public async Task A_Hyper_V_socket_elsewhere_than_in_Windows_is_refused_with_what_to_use(string text, string said)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has them");
        var endpoint = TransportEndpoint.Parse(text);

        var listen = () => endpoint.Listen(1, NullLogger.Instance);
        listen.Should().Throw<IOException>().WithMessage(said);

        await using var channel = new HyperVChannel(new HyperVChannelOptions { Endpoint = endpoint });
        var connect = () => channel.ConnectAsync(TestContext.Current.CancellationToken);
        var failure = (await connect.Should().ThrowAsync<RpcException>()).Which;
        failure.StatusCode.Should().Be(StatusCode.Unavailable);
        failure.Status.Detail.Should().Match(said);
    }

    private static byte[] Bytes(SocketAddress address) => address.Buffer[..address.Size].ToArray();

    [Fact]
    public void An_id_that_is_given_takes_the_place_of_the_one_to_be_found_and_of_no_other()
    {
        var id = new Guid("01234567-89ab-cdef-0123-456789abcdef");

        TransportEndpoint.Parse("hvsocket://auto/0x1234").ForVirtualMachine(id).ToString().Should().Contain(id.ToString());
        TransportEndpoint.Parse("hvsocket://auto/0x1234").ForVirtualMachine(null).ToString().Should().Contain("auto");
        TransportEndpoint.Parse("hvsocket://parent/0x1234").ForVirtualMachine(id).ToString().Should().NotContain(id.ToString());
        TransportEndpoint.Parse("tcp://127.0.0.1:1").ForVirtualMachine(id).ToString().Should().Be("tcp://127.0.0.1:1");
    }
}
