using Google.Protobuf;
using Grpc.Core;
using WinApi.Transport.HyperV.Frames;
using WinApi.Transport.HyperV.Protocol;

namespace WinApi.Transport.HyperV.Connections.Authentication;

/// <summary>The client's side: finds the token that the host knows too, and shows that it has it.</summary>
internal static class ClientAuthentication
{
    /// <param name="channel">The handshake, just after the host's hello.</param>
    /// <param name="host">The hello.</param>
    /// <param name="settings">Where tokens are looked for.</param>
    /// <param name="required">Whether a host that asks for none is refused.</param>
    /// <param name="session">The session id.</param>
    /// <param name="nonce">The client's.</param>
    /// <exception cref="HandshakeException">UNAUTHENTICATED: the message says which files were looked at.</exception>
    public static AuthenticationOutcome Run(
        HandshakeChannel channel, HostHello host, ConnectionSettings settings, bool required, Guid session, byte[] nonce)
    {
        if (host.Nonce.IsEmpty)
        {
            return required
                ? throw Unauthenticated("asks for no token, and this client talks to no host that does not prove itself with one "
                    + "(Authentication: start the host with --authentication auto)")
                : new AuthenticationOutcome("none", session.ToByteArray());
        }

        if (host.Nonce.Length != Token.NonceBytes)
        {
            throw new ProtocolViolationException($"the host's nonce has {host.Nonce.Length} bytes");
        }

        var nonces = new ConnectionNonces(session, nonce, host.Nonce.ToByteArray());
        var (path, token) = Choose(settings, host, nonces);
        channel.Send(new ClientProof { Proof = ByteString.CopyFrom(token.ClientProof(nonces)) });
        var admission = channel.Receive(Admission.Parser);
        return admission.Refusal is { } refusal
            ? throw new HandshakeException((StatusCode)refusal.StatusCode, $"refused: {refusal.Message}")
            : new AuthenticationOutcome($"token {path}", token.SessionKey(nonces));
    }

    /// <summary>The host's proof tells which of the tokens found is the right one.</summary>
    private static (string Path, Token Token) Choose(
        ConnectionSettings settings, HostHello host, ConnectionNonces nonces)
    {
        if (settings.Authentication == AuthenticationMode.None)
        {
            throw Unauthenticated("asks for a token, and this client is told to use none (Authentication)");
        }

        var found = TokenFile.Find(settings.TokenFile);
        foreach (var (path, token, _) in found)
        {
            if (token is not null && Token.Matches(host.Proof.Span, token.HostProof(nonces)))
            {
                return (path, token);
            }
        }

        var looked = string.Join(", ", found.Select(file => $"{file.Path} ({(file.Token is null ? file.Found : "another token")})"));
        var problem = found.Any(file => file.Token is not null) ? "no token found here is the host's" : "none was found";
        throw Unauthenticated($"asks for a token, and {problem}: looked at {looked}; copy the host's token file to one of these "
            + $"places, readable by you alone, or name it in {TokenFile.Variable}");
    }

    private static HandshakeException Unauthenticated(string message) => new(StatusCode.Unauthenticated, message);
}
