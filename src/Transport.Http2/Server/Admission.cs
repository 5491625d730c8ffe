using Grpc.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using WinApi.Transport.HyperV;
using WinApi.Transport.HyperV.Connections;
using WinApi.Transport.HyperV.Connections.Auditing;
using WinApi.Transport.HyperV.Connections.Authentication;

namespace WinApi.Transport.Http2.Server;

/// <summary>Lets a call in, or refuses it and notes that in the audit log. Safe for use by many threads.</summary>
internal sealed class Admission : IDisposable
{
    private readonly ClientIdentity _client;
    private readonly string? _bearer;
    private readonly MethodAuthorizer? _authorize;
    private readonly AuditLog _audit;
    private readonly ILogger _logger;

    /// <exception cref="IOException">The token file cannot be made or read.</exception>
    public Admission(Http2ServiceOptions options)
    {
        ILoggerFactory loggers = options.LoggerFactory ?? NullLoggerFactory.Instance;
        var path = options.TokenFile ?? TokenFile.HostPath;
        _bearer = options.RequiresToken ? BearerToken.Of(TokenFile.LoadOrCreate(path)) : null;
        _client = new ClientIdentity
        {
            Endpoint = options.Endpoint,
            TokenName = _bearer is null ? null : Path.GetFileName(path),
        };
        _authorize = options.Authorize;
        _audit = new AuditLog(loggers.CreateLogger(AuditLog.Category), options.MaxAuditEntriesPerMinute, AuditLog.UsualWindow);
        _logger = loggers.CreateLogger<Http2ServiceBinder>();
    }

    /// <summary>Tells what the audit log has left out so far.</summary>
    public void Dispose() => _audit.Dispose();

    /// <exception cref="RpcException">UNAUTHENTICATED: the token is wrong or missing. PERMISSION_DENIED: the policy forbids it.</exception>
    public void Check(ServerCallContext context)
    {
        if (_bearer is not null && !BearerToken.Matches(context.RequestHeaders.GetValue(BearerToken.Header), _bearer))
        {
            const string Reason = "the call brings no token, or not this host's";
            _audit.RefuseConnection(AuditedRefusal.TokenWrong, new ClientIdentity { Endpoint = context.Peer }, Reason);
            throw new RpcException(new Status(StatusCode.Unauthenticated,
                $"{Reason}: copy the host's token file, and have the client require a token (Authentication)"));
        }

        if (_authorize is not null && new ConnectionPolicy(_authorize, _client, _logger).Refuse(context.Method) is { } reason)
        {
            _audit.DenyMethod(_client, context.Method, reason);
            throw new RpcException(new Status(StatusCode.PermissionDenied, $"{_client} may not call {context.Method}: {reason}"));
        }
    }
}
