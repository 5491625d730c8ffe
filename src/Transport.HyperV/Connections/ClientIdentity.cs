using System.Globalization;
using Grpc.Core;
using WinApi.Transport.HyperV.Endpoints;

namespace WinApi.Transport.HyperV;

/// <summary>
/// What a host knows of a client: from the system, from the proof of a token, and from where it connected. A handler finds the
/// same in <see cref="ServerCallContext.AuthContext"/>, under the names in <see cref="ClientProperties"/>. Made once for each
/// connection; immutable and safe for use by many threads.
/// </summary>
public sealed class ClientIdentity
{
    private string? _userName;
    private string? _description;
    private AuthContext? _authContext;

    /// <summary>The endpoint of the host that took the connection, as a URI.</summary>
    public required string Endpoint { get; init; }

    /// <summary>
    /// The user that the client's process belonged to when it connected, as the kernel says (SO_PEERCRED); null on other
    /// systems than Linux and on other than Unix sockets.
    /// </summary>
    public uint? UserId { get; init; }

    /// <summary>
    /// The name of <see cref="UserId"/>; null where there is none. Looked up when it is first asked for, which may take as long
    /// as the system's user database does.
    /// </summary>
    public string? UserName
    {
        get
        {
            if (_userName is null && UserId is { } id)
            {
                _userName = PeerUser.NameOf(id) ?? string.Empty;
            }

            return string.IsNullOrEmpty(_userName) ? null : _userName;
        }
    }

    /// <summary>
    /// The token that the client has proved to know: the name of its file, without the folder. Null where none was asked for.
    /// </summary>
    public string? TokenName { get; init; }

    /// <summary>The virtual machine that the client runs in, where it came over <c>hvsocket:</c>; else null.</summary>
    public Guid? VirtualMachineId { get; init; }

    /// <summary>The CID that the client connected from, where it came over <c>vsock:</c>; else null.</summary>
    public uint? VsockCid { get; init; }

    /// <summary>The same for handlers. Made when it is first asked for.</summary>
    internal AuthContext AuthContext => _authContext
        ?? Interlocked.CompareExchange(ref _authContext, MakeContext(), null) ?? _authContext;

    /// <summary>The same client, after it has proved a token.</summary>
    internal ClientIdentity WithToken(string? name) => new()
    {
        Endpoint = Endpoint,
        UserId = UserId,
        TokenName = name,
        VirtualMachineId = VirtualMachineId,
        VsockCid = VsockCid,
    };

    /// <summary>For people: <c>user 1000 (alice) over unix:///run/winapi.sock</c>.</summary>
    public override string ToString() => $"{Description} over {Endpoint}";

    /// <summary>For people, without the endpoint: <c>user 1000 (alice), token host</c>.</summary>
    internal string Description => _description ??= Describe();

    private string Describe()
    {
        List<string> known = [];
        if (UserId is { } id)
        {
            known.Add(UserName is { } name ? $"user {id} ({name})" : $"user {id}");
        }

        if (VirtualMachineId is { } machine)
        {
            known.Add($"VM {machine}");
        }

        if (VsockCid is { } cid)
        {
            known.Add($"CID {cid}");
        }

        if (TokenName is { } token)
        {
            known.Add($"token {token}");
        }

        return known.Count == 0 ? "a client" : string.Join(", ", known);
    }

    /// <summary>Authenticated is who has proved a token, or whose user the kernel tells.</summary>
    private AuthContext MakeContext()
    {
        var properties = new Dictionary<string, List<AuthProperty>>();
        Add(ClientProperties.Endpoint, Endpoint);
        Add(ClientProperties.UserId, UserId?.ToString(CultureInfo.InvariantCulture));
        Add(ClientProperties.UserName, UserName);
        Add(ClientProperties.Token, TokenName);
        Add(ClientProperties.VirtualMachineId, VirtualMachineId?.ToString());
        Add(ClientProperties.VsockCid, VsockCid?.ToString(CultureInfo.InvariantCulture));
        return new AuthContext(
            UserId is not null ? ClientProperties.UserId : TokenName is not null ? ClientProperties.Token : null, properties);

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                properties.Add(name, [AuthProperty.Create(name, System.Text.Encoding.UTF8.GetBytes(value))]);
            }
        }
    }
}
