using WinApi.Client.Command.Output;

namespace WinApi.Client.Command.Doctor;

/// <summary>What a check found.</summary>
/// <param name="State">ok, skipped or failed.</param>
/// <param name="Seen">For a person.</param>
/// <param name="Cause">Of a failure: why.</param>
/// <param name="Fix">Of a failure: the command that helps.</param>
/// <param name="IsNoHost">Whether it failed because no host is there.</param>
internal sealed record Finding(string State, string Seen, string? Cause = null, string? Fix = null, bool IsNoHost = false)
{
    public static Finding Ok(string seen) => new(CheckState.Ok, seen);

    public static Finding Skipped(string seen) => new(CheckState.Skipped, seen);

    public static Finding Failed(string seen, string cause, string fix) => new(CheckState.Failed, seen, cause, fix);

    public static Finding NoHost(string seen, string cause, string fix) =>
        new(CheckState.Failed, seen, cause, fix, IsNoHost: true);
}
