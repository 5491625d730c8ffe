using System.Globalization;
using WinApi.Transport.HyperV;

namespace WinApi.Server.Hosting;

/// <summary>Whom a rule lets call: everybody, or who has one property.</summary>
/// <param name="Text">As it stands in the rule.</param>
/// <param name="Matches">Whether a client is meant.</param>
internal sealed record AllowedClient(string Text, Func<ClientIdentity, bool> Matches)
{
    /// <summary>
    /// Reads <c>*</c>, <c>user:NAME</c> or its number, <c>token:NAME</c>, <c>vm:GUID</c>, <c>cid:NUMBER</c> or
    /// <c>endpoint:START-OF-URI</c>; null where it is something else.
    /// </summary>
    public static AllowedClient? TryParse(string text)
    {
        Func<ClientIdentity, bool>? matches = text.Split(':', 2) switch
        {
            ["*"] => static _ => true,
            ["user", { Length: > 0 } name] when IsNumber(name, out var user) => client => client.UserId == user,
            ["user", { Length: > 0 } name] => client => client.UserName == name,
            ["token", { Length: > 0 } name] => client => client.TokenName == name,
            ["vm", var id] when Guid.TryParse(id, out var machine) => client => client.VirtualMachineId == machine,
            ["cid", var number] when IsNumber(number, out var cid) => client => client.VsockCid == cid,
            ["endpoint", { Length: > 0 } uri] => client => client.Endpoint.StartsWith(uri, StringComparison.Ordinal),
            _ => null,
        };
        return matches is null ? null : new AllowedClient(text, matches);
    }

    private static bool IsNumber(string text, out uint number) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
