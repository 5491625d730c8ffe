using WinApi.Benchmarks.Processes;

namespace WinApi.Benchmarks.Hosts;

/// <summary>A host in a process of its own, and what it says about itself.</summary>
internal sealed class HostProcess : IDisposable
{
    public const string UsageQuestion = "usage";

    private readonly HostFolder _folder;
    private readonly ChildProcess _process;

    private HostProcess(HostFolder folder, ChildProcess process, string? tcpEndpoint)
    {
        _folder = folder;
        _process = process;
        TcpEndpoint = tcpEndpoint;
    }

    public string SocketPath => _folder.Socket;

    /// <summary>A file that host and client may both map.</summary>
    public string SharedFile => _folder.SharedFile;

    /// <summary>Where the host listens beside its Unix socket, as a URI; null where it does not.</summary>
    public string? TcpEndpoint { get; }

    public static HostProcess Start(HostKind kind)
    {
        HostFolder folder = HostFolder.Make();
        ChildProcess process = ChildProcess.Start(HostProgram.Verb, kind.ToString(), folder.Path);
        try
        {
            string endpoint = process.ReadLine();
            return new HostProcess(folder, process, endpoint.Length == 0 ? null : endpoint);
        }
        catch (InvalidOperationException)
        {
            process.Dispose();
            folder.Remove();
            throw;
        }
    }

    public ProcessUsage ReadUsage() => ProcessUsage.FromLine(_process.Ask(UsageQuestion));

    public void Dispose()
    {
        _process.Dispose();
        _folder.Remove();
    }
}
