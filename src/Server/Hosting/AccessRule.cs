using WinApi.Transport.HyperV;

namespace WinApi.Server.Hosting;

/// <summary>The methods whose full name begins with a prefix, and who may call them.</summary>
/// <param name="Prefix">As <c>/winapi.perf.PerfTest/</c>.</param>
/// <param name="Clients">Any of these may; empty: nobody.</param>
internal sealed record AccessRule(string Prefix, IReadOnlyList<AllowedClient> Clients)
{
    /// <summary>Reads <c>PREFIX=CLIENT,CLIENT</c>; null where it is something else.</summary>
    public static AccessRule? TryParse(string text)
    {
        var parts = text.Split('=', 2, StringSplitOptions.TrimEntries);
        if (parts is not [['/', ..] prefix, { Length: > 0 } who])
        {
            return null;
        }

        if (who == "none")
        {
            return new AccessRule(prefix, []);
        }

        var clients = who.Split(',', StringSplitOptions.TrimEntries).Select(AllowedClient.TryParse).ToList();
        return clients.Contains(null) ? null : new AccessRule(prefix, clients!);
    }

    public bool Admits(ClientIdentity client) => Clients.Any(allowed => allowed.Matches(client));
}
