using System.Runtime.InteropServices;

namespace WinApi.Tests.Processes;

/// <summary>Sends what a terminal (SIGINT) or a service manager (SIGTERM) sends.</summary>
internal static partial class UnixSignals
{
    public static void Send(int processId, PosixSignal signal)
    {
        var number = signal switch
        {
            PosixSignal.SIGINT => 2,
            PosixSignal.SIGTERM => 15,
            _ => throw new ArgumentOutOfRangeException(nameof(signal)),
        };
        Kill(processId, number).Should().Be(0, $"{signal} should reach process {processId}");
    }

    /// <summary>Stops a process where it is, as a suspended machine does, or lets it go on.</summary>
    public static void Suspend(int processId, bool stops) => _ = Kill(processId, stops ? 19 : 18); // it may have ended

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int processId, int signal);
}
