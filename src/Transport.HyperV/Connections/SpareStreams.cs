namespace WinApi.Transport.HyperV.Connections;

/// <summary>
/// Streams of calls that have ended, kept to serve other calls of the same kind on the same connection. Safe for use by many
/// threads.
/// </summary>
internal sealed class SpareStreams
{
    private const int MostOfAKind = 64;

    private readonly Lock _gate = new();
    private readonly Dictionary<object, Stack<ConnectionStream>> _spares = [];

    public ConnectionStream? TryTake(object kind)
    {
        lock (_gate)
        {
            return _spares.TryGetValue(kind, out var ofKind) && ofKind.TryPop(out var stream) ? stream : null;
        }
    }

    public void Add(object kind, ConnectionStream stream)
    {
        lock (_gate)
        {
            if (!_spares.TryGetValue(kind, out var ofKind))
            {
                _spares.Add(kind, ofKind = new Stack<ConnectionStream>());
            }

            if (ofKind.Count < MostOfAKind)
            {
                ofKind.Push(stream);
            }
        }
    }
}
