using WinApi.Transport.HyperV;

namespace WinApi.Benchmarks.Peers;

/// <summary>The one place that knows how rings are turned on and off.</summary>
internal static class RingsSwitch
{
    /// <summary>Whether this build of the transport has rings.</summary>
    public static bool Exists => false;

    public static void Set(HyperVChannelOptions options, bool rings) => RequireNone(rings);

    /// <param name="environment">That of a C client.</param>
    /// <param name="rings">Whether to use them.</param>
    public static void Set(IDictionary<string, string?> environment, bool rings) => RequireNone(rings);

    private static void RequireNone(bool rings)
    {
        if (rings)
        {
            throw new NotSupportedException("This build of the transport has no rings.");
        }
    }
}
