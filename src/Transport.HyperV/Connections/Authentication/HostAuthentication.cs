using Google.Protobuf;
using Grpc.Core;
using WinApi.Transport.HyperV.Protocol;

namespace WinApi.Transport.HyperV.Connections.Authentication;

/// <summary>The host's side: proves itself in its hello, and lets in only who proves the same.</summary>
internal static class HostAuthentication
{
    /// <param name="channel">The handshake.</param>
    /// <param name="hello">The host's, complete but for nonce and proof; this sends it.</param>
    /// <param name="token">Null: none is asked for.</param>
    /// <param name="client">The client's hello.</param>
    /// <param name="session">The session id.</param>
    /// <exception cref="HandshakeException">UNAUTHENTICATED: the client's proof is wrong, and it was told so.</exception>
    public static AuthenticationOutcome Run(
        HandshakeChannel channel, HostHello hello, Token? token, ClientHello client, Guid session)
    {
        if (token is null)
        {
            channel.Send(hello);
            return new AuthenticationOutcome("none", session.ToByteArray());
        }

        var nonces = new ConnectionNonces(session, client.Nonce.ToByteArray(), HandshakeChannel.NewNonce());
        hello.Nonce = ByteString.CopyFrom(nonces.Host);
        hello.Proof = ByteString.CopyFrom(token.HostProof(nonces));
        channel.Send(hello);

        var answer = channel.Receive(ClientProof.Parser);
        var admission = new Admission();
        if (!Token.Matches(answer.Proof.Span, token.ClientProof(nonces)))
        {
            admission.Refusal = new Refusal
            {
                StatusCode = (uint)StatusCode.Unauthenticated,
                Message = "the client does not know the host's token",
            };
        }

        channel.Send(admission);
        return admission.Refusal is { } refusal
            ? throw new HandshakeException(StatusCode.Unauthenticated, refusal.Message)
            : new AuthenticationOutcome("token", token.SessionKey(nonces));
    }
}
