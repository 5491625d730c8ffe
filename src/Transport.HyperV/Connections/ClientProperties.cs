using Grpc.Core;

namespace WinApi.Transport.HyperV;

/// <summary>
/// The names of what <see cref="ServerCallContext.AuthContext"/> tells of a client; a property that is not known is not there.
/// All values are text. <see cref="AuthContext.IsPeerAuthenticated"/> is true where the kernel tells the client's user or the
/// client has proved a token; <see cref="AuthContext.PeerIdentity"/> then holds <see cref="UserId"/>, else <see cref="Token"/>.
/// </summary>
public static class ClientProperties
{
    /// <summary>The endpoint of the host that took the connection, as a URI; always there.</summary>
    public const string Endpoint = "winapi.endpoint";

    /// <summary>The number of the client's user (Linux, Unix sockets).</summary>
    public const string UserId = "winapi.user_id";

    /// <summary>The name of that user, where it has one.</summary>
    public const string UserName = "winapi.user_name";

    /// <summary>The file name of the token that the client has proved to know.</summary>
    public const string Token = "winapi.token";

    /// <summary>The id of the virtual machine that the client runs in (<c>hvsocket:</c>), a GUID in lower case.</summary>
    public const string VirtualMachineId = "winapi.vm_id";

    /// <summary>The CID that the client connected from (<c>vsock:</c>).</summary>
    public const string VsockCid = "winapi.vsock_cid";
}
