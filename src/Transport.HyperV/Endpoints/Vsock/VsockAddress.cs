using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace WinApi.Transport.HyperV.Endpoints;

/// <summary>
/// The address of a vsock socket, laid out as <c>struct sockaddr_vm</c> (linux/vm_sockets.h). .NET does not know the
/// family: the bytes are written by hand into an address without one.
/// </summary>
internal sealed class VsockAddress(uint cid, uint port) : EndPoint
{
    public const byte Family = 40;

    private const int Length = 16;
    private const int PortOffset = 4;
    private const int CidOffset = 8;

    public uint Cid => cid;

    public uint Port => port;

    /// <summary>What .NET takes a socket of an unknown family for.</summary>
    public override AddressFamily AddressFamily => AddressFamily.Unknown;

    public override SocketAddress Serialize()
    {
        var address = new SocketAddress(AddressFamily.Unspecified, Length);
        var bytes = address.Buffer.Span;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, Family);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[PortOffset..], port);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[CidOffset..], cid);
        return address;
    }

    public override EndPoint Create(SocketAddress socketAddress)
    {
        var bytes = socketAddress.Buffer.Span;
        return new VsockAddress(
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[CidOffset..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[PortOffset..]));
    }

    public override bool Equals(object? obj) => obj is VsockAddress other && other.Cid == cid && other.Port == port;

    public override int GetHashCode() => HashCode.Combine(cid, port);

    public override string ToString() => $"vsock:{cid}:{port}";
}
