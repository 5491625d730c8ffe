namespace WinApi.Client.Command.CommandLine;

/// <summary>How the command tells a script what became of it.</summary>
internal static class ExitCode
{
    public const int Ok = 0;

    /// <summary>The call failed, or what came back was wrong.</summary>
    public const int CallFailed = 1;

    public const int BadUsage = 2;

    /// <summary>No host answered at the endpoint.</summary>
    public const int NoHost = 3;

    /// <summary>128 + SIGINT, as shells count.</summary>
    public const int Interrupted = 130;
}
