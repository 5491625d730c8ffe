using WinApi.Transport.HyperV;

namespace WinApi.Server.Hosting;

/// <summary>
/// Who may call what. Of the rules that a method's name begins with, those with the longest prefix decide, together; a method
/// without a rule is for every client.
/// </summary>
internal sealed class AccessRules
{
    /// <summary>For the message about a bad one.</summary>
    public const string Expected = "rules such as '/winapi.Echo/=*;/=user:alice,user:1000,token:NAME,vm:GUID,cid:NUMBER,"
        + "endpoint:unix:', with none for nobody";

    private readonly List<AccessRule> _rules;

    private AccessRules(List<AccessRule> rules) => _rules = rules;

    /// <summary>Reads rules with ';' between them; null where one is bad.</summary>
    public static AccessRules? TryParse(string text)
    {
        var rules = text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(AccessRule.TryParse).ToList();
        return rules.Count == 0 || rules.Contains(null) ? null : new AccessRules(rules!);
    }

    /// <summary>A <see cref="MethodAuthorizer"/>.</summary>
    public Authorization Decide(string method, ClientIdentity client)
    {
        var about = _rules.Where(rule => method.StartsWith(rule.Prefix, StringComparison.Ordinal)).ToList();
        if (about.Count == 0)
        {
            return Authorization.Allowed;
        }

        var longest = about.Max(rule => rule.Prefix.Length);
        var deciding = about.Where(rule => rule.Prefix.Length == longest).ToList();
        if (deciding.Exists(rule => rule.Admits(client)))
        {
            return Authorization.Allowed;
        }

        var allowed = string.Join(", ", deciding.SelectMany(rule => rule.Clients).Select(known => known.Text));
        return Authorization.Denied(
            $"the host allows {deciding[0].Prefix} to {(allowed.Length == 0 ? "nobody" : allowed)} (its setting Allow)");
    }
}
