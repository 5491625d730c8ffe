namespace WinApi.Benchmarks.Hosts;

/// <summary>The hosts of one client process: each kind is started when it is first asked for.</summary>
internal sealed class HostSet : IDisposable
{
    private readonly Dictionary<HostKind, HostProcess> _hosts = [];

    public HostProcess this[HostKind kind]
    {
        get
        {
            if (!_hosts.TryGetValue(kind, out HostProcess? host))
            {
                host = HostProcess.Start(kind);
                _hosts.Add(kind, host);
            }

            return host;
        }
    }

    public void Dispose()
    {
        foreach (HostProcess host in _hosts.Values)
        {
            host.Dispose();
        }
    }
}
