using System.ComponentModel;
using System.Runtime.Versioning;
using System.ServiceProcess;

namespace WinApi.Server.Hosting;

/// <summary>A service that does not start, and says with which exit code.</summary>
[SupportedOSPlatform("windows")]
internal sealed class RefusingService : ServiceBase
{
    private readonly int _exitCode;

    public RefusingService(int exitCode)
    {
        ServiceName = WindowsService.Name;
        AutoLog = false; // it would log a stack trace
        _exitCode = exitCode;
    }

    protected override void OnStart(string[] args)
    {
        ExitCode = _exitCode;
        throw new Win32Exception(_exitCode);
    }
}
