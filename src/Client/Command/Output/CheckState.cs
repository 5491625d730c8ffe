namespace WinApi.Client.Command.Output;

/// <summary>What became of a check; as JSON has it.</summary>
internal static class CheckState
{
    public const string Ok = "ok";

    /// <summary>It says nothing about this connection, or cannot be made here.</summary>
    public const string Skipped = "skipped";

    public const string Failed = "failed";

    /// <summary>One before it failed.</summary>
    public const string NotReached = "not_reached";
}
