using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace WinApi.Tests.Processes;

/// <summary>A program that runs, with what it prints. Disposing ends it.</summary>
internal sealed class ProgramRun : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task _exited;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly SemaphoreSlim _printed = new(0);

    private ProgramRun(Process process)
    {
        _process = process;
        _process.OutputDataReceived += (_, line) => Print(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Print(_errors, line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _exited = _process.WaitForExitAsync(CancellationToken.None);
    }

    public IReadOnlyList<string> Output => [.. _output];

    public IReadOnlyList<string> Errors => [.. _errors];

    /// <summary>For the message of a test that fails.</summary>
    public string Everything =>
        $"[{string.Join(" | ", _output)}] and on standard error [{string.Join(" | ", _errors)}]";


    public bool HasExited => _process.HasExited;

    /// <summary>Starts a program in an environment without any setting of ours but those given.</summary>
    public static ProgramRun Start(
        string path, IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(path, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var name in start.Environment.Keys.Where(
            name => name.StartsWith("WINAPI", StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new ProgramRun(Process.Start(start)!);
    }

    /// <summary>Waits for the first line on standard output that starts so.</summary>
    public Task<string> PrintsAsync(string beginning) =>
        FindAsync(_output, line => line.StartsWith(beginning, StringComparison.Ordinal), beginning);

    /// <summary>Waits for the first line on standard error that has all these words.</summary>
    public Task<string> LogsAsync(params string[] words) =>
        FindAsync(_errors, line =>
            words.All(word => line.Contains(word, StringComparison.Ordinal)), string.Join("...", words));

    /// <summary>Waits for it to end by itself; gives its exit code.</summary>
    /// <param name="within">For what takes long; null: as long as for everything.</param>
    public async Task<int> EndsAsync(TimeSpan? within = null)
    {
        await Patience.Soon(_exited, () => $"the program's end; it printed {Everything}", within);
        return _process.ExitCode;
    }

    /// <summary>Waits for it to end by itself, with exit code 0.</summary>
    /// <param name="within">As for <see cref="EndsAsync"/>.</param>
    public async Task Succeeds(TimeSpan? within = null) => (await EndsAsync(within)).Should().Be(0, Everything);

    public int ProcessId => _process.Id;

    /// <summary>Writes a line to its standard input.</summary>
    public async Task TellAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>Its standard input ends.</summary>
    public void EndInput() => _process.StandardInput.Close();

    public void Signal(PosixSignal signal) => UnixSignals.Send(_process.Id, signal);

    /// <summary>Ends it as a crash would: it gets no chance to say goodbye.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await Patience.Soon(_exited, () => "the killed program's end");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await Patience.Soon(_exited, () => "the killed program's end");
        }

        _process.Dispose();
        _printed.Dispose();
    }

    private async Task<string> FindAsync(ConcurrentQueue<string> lines, Func<string, bool> isIt, string what)
    {
        while (true)
        {
            if (lines.FirstOrDefault(isIt) is { } found)
            {
                return found;
            }

            _exited.IsCompleted.Should().BeFalse($"it should print '{what}'; it printed {Everything}");
            await Patience.Soon(
                Task.WhenAny(_printed.WaitAsync(TestContext.Current.CancellationToken), _exited),
                () => $"a line '{what}'; it printed {Everything}");
        }
    }

    private void Print(ConcurrentQueue<string> lines, string? line)
    {
        if (line is not null)
        {
            lines.Enqueue(line);
            _printed.Release();
        }
    }
}
