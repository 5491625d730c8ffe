using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace WinApi.Transport.HyperV.Endpoints;

/// <summary>The address of a Hyper-V socket, laid out as <c>SOCKADDR_HV</c> (hvsocket.h).</summary>
internal sealed class HvSocketAddress(Guid vmId, Guid serviceId) : EndPoint
{
    public const AddressFamily Family = (AddressFamily)34; // AF_HYPERV

    private const int Length = 36;
    private const int VmIdOffset = 4;
    private const int ServiceIdOffset = 20;
    private const int GuidBytes = 16;

    public Guid VmId => vmId;

    public Guid ServiceId => serviceId;

    public override AddressFamily AddressFamily => Family;

    /// <summary>What Linux' vsock sockets call a port is a service id made of HV_GUID_VSOCK_TEMPLATE.</summary>
    public static Guid ServiceOf(uint port) =>
        new(port, 0xfacb, 0x11e6, 0xbd, 0x58, 0x64, 0x00, 0x6a, 0x79, 0x86, 0xd3);

    public override SocketAddress Serialize()
    {
        var address = new SocketAddress(AddressFamily.Unspecified, Length);
        var bytes = address.Buffer.Span;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)Family);
        vmId.TryWriteBytes(bytes[VmIdOffset..]);
        serviceId.TryWriteBytes(bytes[ServiceIdOffset..]);
        return address;
    }

    public override EndPoint Create(SocketAddress socketAddress)
    {
        var bytes = socketAddress.Buffer.Span;
        return new HvSocketAddress(
            new Guid(bytes.Slice(VmIdOffset, GuidBytes)), new Guid(bytes.Slice(ServiceIdOffset, GuidBytes)));
    }

    public override bool Equals(object? obj) =>
        obj is HvSocketAddress other && other.VmId == vmId && other.ServiceId == serviceId;

    public override int GetHashCode() => HashCode.Combine(vmId, serviceId);

    public override string ToString() => $"hvsocket:{vmId}:{serviceId}";
}
