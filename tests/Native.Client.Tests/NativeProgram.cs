using System.Collections.Concurrent;
using System.Diagnostics;

namespace WinApi.Native.Client.Tests;

/// <summary>A C program, or a tool that builds one, that runs. Disposing ends it.</summary>
internal sealed class NativeProgram : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly SemaphoreSlim _printed = new(0);
    private readonly Task _exited;

    private NativeProgram(Process process)
    {
        _process = process;
        _process.OutputDataReceived += (_, line) => Note(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Note(_errors, line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _exited = _process.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>Known once it has ended.</summary>
    public int ExitCode { get; private set; }

    public IReadOnlyList<string> Output => [.. _output];

    public IReadOnlyList<string> Errors => [.. _errors];

    public string Everything => $"[{string.Join(" | ", _output)}] and on standard error [{string.Join(" | ", _errors)}]";

    /// <summary>Starts it in an environment without any setting of ours but those given.</summary>
    public static NativeProgram Start(
        string path, IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(path, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("WINAPI", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new NativeProgram(Process.Start(start)!);
    }

    public async Task WritesAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line).Soon("the program's input");
        await _process.StandardInput.FlushAsync().Soon("the program's input");
    }

    /// <summary>Waits for the first line on standard output that starts so.</summary>
    public async Task<string> PrintsAsync(string beginning)
    {
        while (true)
        {
            if (_output.FirstOrDefault(line => line.StartsWith(beginning, StringComparison.Ordinal)) is { } found)
            {
                return found;
            }

            _exited.IsCompleted.Should().BeFalse($"it should print '{beginning}'; it printed {Everything}");
            await Task.WhenAny(_printed.WaitAsync(TestContext.Current.CancellationToken), _exited)
                .Soon(() => $"a line '{beginning}'; it printed {Everything}");
        }
    }

    /// <summary>Waits for it to end by itself; gives its exit code.</summary>
    public async Task<int> EndsAsync(TimeSpan? within = null)
    {
        try
        {
            await _exited.WaitAsync(within ?? TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"The program did not end; it printed {Everything}");
        }

        return ExitCode = _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _exited.Soon("the killed program's end");
        }

        _process.Dispose();
        _printed.Dispose();
    }

    private void Note(ConcurrentQueue<string> lines, string? line)
    {
        if (line is not null)
        {
            lines.Enqueue(line);
            _printed.Release();
        }
    }
}
