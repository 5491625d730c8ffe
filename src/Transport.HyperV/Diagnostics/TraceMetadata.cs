using System.Diagnostics;
using Grpc.Core;

namespace WinApi.Transport.HyperV.Diagnostics;

/// <summary>Carries the context of a trace in metadata, in the form that the process has chosen; by default W3C's.</summary>
internal static class TraceMetadata
{
    /// <summary>The caller's metadata with what is missing of the context; the caller's own is not changed.</summary>
    public static Metadata? Inject(Activity? activity, Metadata? headers)
    {
        if (activity is null)
        {
            return headers;
        }

        var carried = new Metadata();
        foreach (var entry in headers ?? Metadata.Empty)
        {
            carried.Add(entry);
        }

        DistributedContextPropagator.Current.Inject(activity, carried, static (carrier, name, value) =>
        {
            var metadata = (Metadata)carrier!;
            if (Find(metadata, name) is null)
            {
                metadata.Add(name, value);
            }
        });
        return carried;
    }

    /// <summary>The caller's span; none where the metadata has none, or one that cannot be read.</summary>
    public static ActivityContext Extract(Metadata headers)
    {
        DistributedContextPropagator.Current.ExtractTraceIdAndState(headers, Read, out var parent, out var state);
        return ActivityContext.TryParse(parent, state, isRemote: true, out var context) ? context : default;
    }

    public static void ExtractBaggage(Metadata headers, Activity activity)
    {
        foreach (var (name, value) in DistributedContextPropagator.Current.ExtractBaggage(headers, Read) ?? [])
        {
            activity.AddBaggage(name, value);
        }
    }

    private static void Read(object? carrier, string name, out string? value, out IEnumerable<string>? values)
    {
        value = Find((Metadata)carrier!, name)?.Value;
        values = null;
    }

    private static Metadata.Entry? Find(Metadata metadata, string name) => metadata.FirstOrDefault(
        entry => !entry.IsBinary && entry.Key.Equals(name, StringComparison.OrdinalIgnoreCase));
}
