using Microsoft.Extensions.Logging;

namespace WinApi.Transport.HyperV.Connections.Auditing;

/// <summary>
/// Logs what a host refuses, in a category of its own. Of each kind it logs so many entries in a window of time and counts the
/// rest, so that nobody fills a disk by being refused. Safe for use by many threads.
/// </summary>
internal sealed class AuditLog : IDisposable
{
    public const string Category = "WinApi.Audit";

    public static readonly TimeSpan UsualWindow = TimeSpan.FromMinutes(1);

    private readonly ILogger _logger;
    private readonly int _entriesInWindow;
    private readonly TimeSpan _window;
    private readonly Timer _windowEnd;
    private readonly Lock _gate = new();
    private readonly int[] _counts = new int[Enum.GetValues<AuditedRefusal>().Length];
    private bool _windowIsOpen;

    public AuditLog(ILogger logger, int entriesInWindow, TimeSpan window)
    {
        (_logger, _entriesInWindow, _window) = (logger, entriesInWindow, window);
        _windowEnd = new Timer(static log => ((AuditLog)log!).EndWindow(), this, Timeout.Infinite, Timeout.Infinite);
    }

    /// <summary>A client was turned away before it could call anything.</summary>
    public void RefuseConnection(AuditedRefusal kind, ClientIdentity client, string reason)
    {
        if (!HasRoomFor(kind))
        {
            return;
        }

        switch (kind)
        {
            case AuditedRefusal.TokenWrong:
                AuditEntries.TokenWrong(_logger, client.Description, client.Endpoint, reason);
                break;
            case AuditedRefusal.UserMismatch:
                AuditEntries.UserMismatch(_logger, client.Description, client.Endpoint, reason);
                break;
            case AuditedRefusal.LimitHit:
                AuditEntries.LimitHit(_logger, client.Description, client.Endpoint, "connecting", reason);
                break;
            default:
                AuditEntries.ConnectionRefused(_logger, client.Description, client.Endpoint, reason);
                break;
        }
    }

    /// <summary>The policy forbids a client a method.</summary>
    public void DenyMethod(ClientIdentity client, string method, string reason)
    {
        if (HasRoomFor(AuditedRefusal.MethodDenied))
        {
            AuditEntries.MethodDenied(_logger, client.Description, client.Endpoint, method, reason);
        }
    }

    /// <summary>A client wanted more than a limit lets it have.</summary>
    public void HitLimit(ClientIdentity client, string method, string reason)
    {
        if (HasRoomFor(AuditedRefusal.LimitHit))
        {
            AuditEntries.LimitHit(_logger, client.Description, client.Endpoint, method, reason);
        }
    }

    /// <summary>Tells what is left out so far.</summary>
    public void Dispose()
    {
        _windowEnd.Dispose();
        EndWindow();
    }

    private bool HasRoomFor(AuditedRefusal kind)
    {
        lock (_gate)
        {
            if (!_windowIsOpen)
            {
                _windowIsOpen = true;
                try
                {
                    _windowEnd.Change(_window, Timeout.InfiniteTimeSpan);
                }
                catch (ObjectDisposedException)
                {
                    // The host has stopped; this is one of its last refusals.
                }
            }

            return ++_counts[(int)kind] <= _entriesInWindow;
        }
    }

    private void EndWindow()
    {
        int[] counts;
        lock (_gate)
        {
            counts = [.. _counts];
            Array.Clear(_counts);
            _windowIsOpen = false;
        }

        foreach (var kind in Enum.GetValues<AuditedRefusal>())
        {
            if (counts[(int)kind] - _entriesInWindow is > 0 and var left)
            {
                AuditEntries.LeftOut(_logger, left, kind, _entriesInWindow, _window.TotalSeconds);
            }
        }
    }
}
