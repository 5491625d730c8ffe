namespace WinApi.Transport.HyperV.Endpoints;

/// <summary>
/// Asks the VM itself: <c>wslinfo --vm-id</c> (WSL 2.5.10 or newer), as any user. It would start a VM where none runs.
/// </summary>
internal sealed class WslInfoSource : IWslVmIdSource
{
    // A distribution that has just been started answers late.
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    public string Name => "wsl.exe --exec wslinfo --vm-id";

    public async Task<Guid?> FindAsync(CancellationToken cancellationToken) => Parse(await ProgramOutput.ReadAsync(
        Path.Combine(Environment.SystemDirectory, "wsl.exe"),
        ["--exec", "wslinfo", "--vm-id", "-n"],
        s_limit,
        cancellationToken).ConfigureAwait(false));

    /// <summary>The id and nothing else; an older wslinfo prints its usage, wsl.exe its errors, some in UTF-16.</summary>
    public static Guid? Parse(string output) =>
        Guid.TryParse(output.Replace("\0", "", StringComparison.Ordinal).Trim(), out var id) && id != Guid.Empty
            ? id : null;
}
