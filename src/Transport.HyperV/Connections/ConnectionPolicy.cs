using Microsoft.Extensions.Logging;

namespace WinApi.Transport.HyperV.Connections;

/// <summary>What the host's policy has said of each method to one client. For the thread that reads the connection.</summary>
internal sealed class ConnectionPolicy(MethodAuthorizer authorizer, ClientIdentity client, ILogger logger)
{
    // Only methods that the host serves are asked for, so it stays small.
    private readonly Dictionary<string, string?> _reasons = [];

    /// <summary>Why the client may not call a method; null where it may.</summary>
    public string? Refuse(string method)
    {
        if (_reasons.TryGetValue(method, out var known))
        {
            return known;
        }

        try
        {
            var reason = authorizer(method, client).Reason;
            _reasons.Add(method, reason);
            return reason;
        }
        catch (Exception e)
        {
            ConnectionLog.PolicyFailed(logger, e, method);
            return "the host's policy failed, and the host's log says why";
        }
    }
}
