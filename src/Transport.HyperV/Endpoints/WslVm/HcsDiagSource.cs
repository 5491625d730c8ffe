namespace WinApi.Transport.HyperV.Endpoints;

/// <summary>Asks Windows' list of compute systems, which tells administrators only.</summary>
internal sealed class HcsDiagSource : IWslVmIdSource
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);

    public string Name => "hcsdiag.exe list (administrators)";

    public async Task<Guid?> FindAsync(CancellationToken cancellationToken) => Parse(await ProgramOutput.ReadAsync(
        Path.Combine(Environment.SystemDirectory, "hcsdiag.exe"), ["list"], s_limit, cancellationToken)
        .ConfigureAwait(false));

    /// <summary>A VM is two lines: its name, then kind, state, id and owner. The owner of the one sought is WSL.</summary>
    public static Guid? Parse(string output)
    {
        foreach (var line in output.Split('\n'))
        {
            var fields = line.Split(',', StringSplitOptions.TrimEntries);
            if (fields is ["VM", "Running", var id, "WSL"] && Guid.TryParse(id, out var vm))
            {
                return vm;
            }
        }

        return null;
    }
}
