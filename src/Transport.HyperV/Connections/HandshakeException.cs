using Grpc.Core;

namespace WinApi.Transport.HyperV.Connections;

/// <summary>Two peers could not agree. The message says what each brought, and is fit for a person.</summary>
internal sealed class HandshakeException(StatusCode statusCode, string message) : IOException(message)
{
    public StatusCode StatusCode => statusCode;
}
