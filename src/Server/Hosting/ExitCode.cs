namespace WinApi.Server.Hosting;

/// <summary>How the host tells a script what became of it.</summary>
internal static class ExitCode
{
    /// <summary>It ran, and stopped because it was told to.</summary>
    public const int Stopped = 0;

    /// <summary>It could not run: the endpoint is in use, or the system refused it.</summary>
    public const int CouldNotRun = 1;

    /// <summary>A bad option, environment variable or settings file.</summary>
    public const int BadUsage = 2;
}
