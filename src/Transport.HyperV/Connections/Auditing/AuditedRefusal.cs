namespace WinApi.Transport.HyperV.Connections.Auditing;

/// <summary>The kinds of refusal that the audit log counts, each by itself.</summary>
internal enum AuditedRefusal
{
    ConnectionRefused,
    TokenWrong,
    UserMismatch,
    MethodDenied,
    LimitHit,
}
