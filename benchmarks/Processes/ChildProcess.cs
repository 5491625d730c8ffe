using System.Diagnostics;
using System.Runtime.InteropServices;

namespace WinApi.Benchmarks.Processes;

/// <summary>
/// This executable once more, in a process of its own, started with a verb. It answers each line with a line, and ends
/// when this object is disposed, or when the process that holds it dies, since its standard input then ends.
/// </summary>
internal sealed class ChildProcess : IDisposable
{
    private static readonly TimeSpan TimeToEnd = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly string _name;

    private ChildProcess(Process process, string name)
    {
        _process = process;
        _name = name;
    }

    public static ChildProcess Start(params string[] arguments)
    {
        // A benchmark runs from a copy of this program beside its own: all processes are always of one build.
        string name = typeof(ChildProcess).Assembly.GetName().Name!;
        string executable = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? $"{name}.exe" : name);
        var start = new ProcessStartInfo(executable, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{executable} did not start.");
        return new ChildProcess(process, string.Join(' ', arguments));
    }

    /// <summary>
    /// For the child itself: an interrupt meets all processes of a terminal at once, and a child that it ended would leave
    /// its files. The parent's end is the child's too, in its own time.
    /// </summary>
    public static IDisposable[] EndWithParentAlone() =>
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => signal.Cancel = true),
    ];

    /// <exception cref="InvalidOperationException">
    /// The process ended instead, and what it said went to standard error; or it says nothing.
    /// </exception>
    public string ReadLine()
    {
        Task<string?> answer = _process.StandardOutput.ReadLineAsync();
        if (!answer.Wait(LongestAnswer))
        {
            _process.Kill(entireProcessTree: true);
            throw new InvalidOperationException(
                $"The process '{_name}' did not answer within {LongestAnswer.TotalMinutes} minutes.");
        }

        if (answer.Result is { } line)
        {
            return line;
        }

        _process.WaitForExit();
        throw new InvalidOperationException($"The process '{_name}' ended with exit code {_process.ExitCode}.");
    }

    /// <exception cref="InvalidOperationException">As of <see cref="ReadLine"/>.</exception>
    public string Ask(string question)
    {
        try
        {
            _process.StandardInput.WriteLine(question);
        }
        catch (IOException)
        {
            // It has ended; reading its answer says how.
        }

        return ReadLine();
    }

    public void Dispose()
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended before all was written.
        }

        if (!_process.WaitForExit(TimeToEnd))
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }
}
