using System.Diagnostics;
using System.Runtime.InteropServices;

/// Asks a process to end in its own time: SIGTERM, or on Windows Ctrl+Break to a process group of its own.
static class GracefulStop
{
    private const int Terminate = 15;
    private const uint ControlBreak = 1;

    public static void Prepare(ProcessStartInfo start)
    {
        if (OperatingSystem.IsWindows())
        {
            start.CreateNewProcessGroup = true;
        }
    }

    public static void Ask(Process process)
    {
        bool asked = OperatingSystem.IsWindows()
            ? GenerateConsoleCtrlEvent(ControlBreak, (uint)process.Id)
            : Kill(process.Id, Terminate) == 0;
        if (!asked)
        {
            throw new CakeException(
                $"Process {process.Id} could not be asked to stop (error {Marshal.GetLastPInvokeError()}).");
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int Kill(int processId, int signal);

    [DllImport("kernel32", SetLastError = true)]
    private static extern bool GenerateConsoleCtrlEvent(uint controlEvent, uint processGroupId);
}
