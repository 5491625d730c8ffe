namespace WinApi.Soak.Program;

/// <summary>The requests of a lane that came last. Safe for use by many threads.</summary>
internal sealed class LaneHistory
{
    private const int Kept = 2048;

    private readonly Lock _gate = new();
    private readonly HashSet<ulong> _requests = [];
    private readonly Queue<ulong> _order = new();

    /// <summary>False where it has come already.</summary>
    public bool TryAdd(ulong request)
    {
        lock (_gate)
        {
            if (!_requests.Add(request))
            {
                return false;
            }

            _order.Enqueue(request);
            if (_order.Count > Kept)
            {
                _requests.Remove(_order.Dequeue());
            }

            return true;
        }
    }
}
