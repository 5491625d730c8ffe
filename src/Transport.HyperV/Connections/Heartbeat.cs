namespace WinApi.Transport.HyperV.Connections;

/// <summary>
/// Asks a silent peer whether it is still there. While frames come it costs a flag a frame and a timer's tick an
/// interval.
/// </summary>
internal sealed class Heartbeat : IDisposable
{
    private readonly TimeSpan _interval;
    private readonly TimeSpan _timeout;
    private readonly Action _sendPing;
    private readonly Action _onTimeout;
    private readonly Timer _timer;
    private bool _received;
    private long _pingSent;

    public Heartbeat(TimeSpan interval, TimeSpan timeout, Action sendPing, Action onTimeout)
    {
        _interval = interval;
        _timeout = timeout;
        _sendPing = sendPing;
        _onTimeout = onTimeout;
        _timer = new Timer(static state => ((Heartbeat)state!).OnTick(), this, Timeout.Infinite, Timeout.Infinite);
    }

    public void Start() => _timer.Change(_interval, _interval);

    public void OnReceived() => Volatile.Write(ref _received, true);

    public void Dispose() => _timer.Dispose();

    private void OnTick()
    {
        if (_received)
        {
            _received = false;
            _pingSent = 0;
        }
        else if (_pingSent == 0)
        {
            _pingSent = Environment.TickCount64;
            _sendPing();
        }
        else if (Environment.TickCount64 - _pingSent >= _timeout.TotalMilliseconds)
        {
            _onTimeout();
        }
    }
}
