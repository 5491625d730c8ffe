using System.Diagnostics;
using System.Text.RegularExpressions;

namespace WinApi.Transport.HyperV.Endpoints;

/// <summary>
/// Reads the command lines of WSL's own processes in Windows, which name the VM that they serve (wslbridge2, pull
/// request 43). Needs no rights over processes of the same user, and wakes nothing.
/// </summary>
internal sealed partial class WslProcessSource : IWslVmIdSource
{
    private static readonly string[] s_processNames = ["wslhost", "wslrelay"];

    public string Name => "the command lines of wslhost.exe and wslrelay.exe";

    public Task<Guid?> FindAsync(CancellationToken cancellationToken) => Task.FromResult(
        OperatingSystem.IsWindows() ? Choose(s_processNames.SelectMany(ReadCommandLines)) : null);

    /// <summary>The one id that the command lines name; null if they name none, or several.</summary>
    public static Guid? Choose(IEnumerable<string> commandLines)
    {
        var ids = commandLines
            .Select(line => VmIdOption().Match(line))
            .Where(match => match.Success)
            .Select(match => Guid.Parse(match.Groups[1].ValueSpan))
            .Distinct()
            .Take(2)
            .ToArray();
        return ids.Length == 1 ? ids[0] : null;
    }

    private static IEnumerable<string> ReadCommandLines(string processName)
    {
        foreach (var process in Process.GetProcessesByName(processName))
        {
            using (process)
            {
                if (OperatingSystem.IsWindows() && ProcessCommandLine.TryRead(process.Id) is { } line)
                {
                    yield return line;
                }
            }
        }
    }

    [GeneratedRegex(@"--vm-id[ =]""?(\{?[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\}?)(?![0-9a-fA-F-])")]
    private static partial Regex VmIdOption();
}
