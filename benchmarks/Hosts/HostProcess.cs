using System.Diagnostics;
using System.Globalization;

namespace WinApi.Benchmarks.Hosts;

/// <summary>
/// A host in a process of its own: this executable, started with the verb <c>host</c>. It ends when this object is
/// disposed, or when the process that holds it dies, since its standard input then ends.
/// </summary>
internal sealed class HostProcess : IDisposable
{
    public const string ReadyLine = "ready";

    private static readonly TimeSpan TimeToEnd = TimeSpan.FromSeconds(5);

    private readonly Process _process;

    private HostProcess(Process process, string socketPath)
    {
        _process = process;
        SocketPath = socketPath;
    }

    public string SocketPath { get; }

    /// <param name="kind">What to serve.</param>
    /// <param name="messageBytes">The length of a message on a raw socket, which has no other way to tell.</param>
    public static HostProcess Start(HostKind kind, int messageBytes)
    {
        // A benchmark runs from a copy of this program beside its own: client and host are always of one build.
        string name = typeof(HostProcess).Assembly.GetName().Name!;
        string executable = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? $"{name}.exe" : name);
        string socketPath = Path.Combine(Path.GetTempPath(), $"winapi-benchmark-{Guid.NewGuid():N}.sock");

        var start = new ProcessStartInfo(executable)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            ArgumentList =
            {
                HostProgram.Verb, kind.ToString(), socketPath, messageBytes.ToString(CultureInfo.InvariantCulture),
            },
        };
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{executable} did not start.");
        string? line = process.StandardOutput.ReadLine();
        if (line != ReadyLine)
        {
            process.WaitForExit();
            throw new InvalidOperationException(
                $"The {kind} host ended with exit code {process.ExitCode} and said: {line}");
        }

        return new HostProcess(process, socketPath);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeToEnd))
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
        File.Delete(SocketPath);
    }
}
