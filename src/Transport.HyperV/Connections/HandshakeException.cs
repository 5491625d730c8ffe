using Grpc.Core;

namespace WinApi.Transport.HyperV.Connections;

/// <summary>
/// Two peers could not agree. The message says what each brought, for a person; a client's
/// goes on where "the host at ENDPOINT" began.
/// </summary>
internal sealed class HandshakeException(StatusCode statusCode, string message) : IOException(message)
{
    public StatusCode StatusCode => statusCode;
}
