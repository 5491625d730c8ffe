using System.Diagnostics;

namespace WinApi.Transport.HyperV.Endpoints;

/// <summary>The processes in which Windows shows the memory of VMs: they live as long as their VM, and start nothing.</summary>
internal static class WslVmProcesses
{
    /// <summary>The ids of those that may be the WSL VM; none: it does not run.</summary>
    public static IReadOnlySet<int> Find()
    {
        var named = Ids("vmmemWSL");
        if (named.Count > 0)
        {
            return named;
        }

        // Older Windows calls that of every VM the same; whether one is WSL's, WSL's own processes tell.
        return Ids("wslhost").Count > 0 || Ids("wslrelay").Count > 0 ? Ids("vmmem") : named;
    }

    private static HashSet<int> Ids(string processName)
    {
        var ids = new HashSet<int>();
        foreach (var process in Process.GetProcessesByName(processName))
        {
            ids.Add(process.Id);
            process.Dispose();
        }

        return ids;
    }
}
