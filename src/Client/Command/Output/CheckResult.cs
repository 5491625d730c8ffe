namespace WinApi.Client.Command.Output;

/// <param name="Name">The layer: kernel, vsock and so on.</param>
/// <param name="State">ok, skipped, failed or not_reached.</param>
/// <param name="Seen">What was found.</param>
/// <param name="Cause">Of a failure: why.</param>
/// <param name="Fix">Of a failure: the command that helps.</param>
internal sealed record CheckResult(string Name, string State, string Seen, string? Cause, string? Fix)
{
    private const int NameWidth = 12;
    private const int StateWidth = 13;

    /// <summary>One line for a person; of a failure, also why and what helps.</summary>
    public string Describe()
    {
        var state = State switch
        {
            CheckState.Failed => "FAILED",
            CheckState.NotReached => "not reached",
            _ => State,
        };
        var indent = new string(' ', NameWidth);
        return string.Concat(
            Name.PadRight(NameWidth),
            state.PadRight(StateWidth),
            Seen.ReplaceLineEndings(" "),
            Cause is null ? "" : $"{Environment.NewLine}{indent}cause: {Cause.ReplaceLineEndings(" ")}",
            Fix is null ? "" : $"{Environment.NewLine}{indent}fix:   {Fix}").TrimEnd();
    }
}
