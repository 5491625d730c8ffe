using System.Diagnostics;
using System.IO;
using System.Text;
using System.Threading;
using IO = System.IO;

/// The host as a real process, on a fresh socket. Its log goes to a file.
sealed class HostProcess : IDisposable
{
    private const string ListeningLine = "listening on ";

    private static readonly TimeSpan TimeToStart = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan TimeToStop = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly StreamWriter _log;
    private readonly Task _reading;
    private readonly TaskCompletionSource<string> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private HostProcess(Process process, string logPath)
    {
        _process = process;
        LogPath = logPath;
        _log = new StreamWriter(logPath, append: false) { AutoFlush = true };
        _reading = System.Threading.Tasks.Task.WhenAll(
            ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
    }

    public int Id => _process.Id;

    /// Where it listens, as it says itself.
    public string Endpoint => _listening.Task.Result;

    public string LogPath { get; }

    /// Starts the host and waits for the line that says where it listens.
    public static async Task<HostProcess> StartAsync(string program, string endpoint, string logPath)
    {
        IO.Directory.CreateDirectory(IO.Path.GetDirectoryName(logPath));
        var start = new ProcessStartInfo(program)
        {
            ArgumentList = { "--endpoint", endpoint },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        GracefulStop.Prepare(start);
        var host = new HostProcess(Process.Start(start), logPath);
        var ended = host._process.WaitForExitAsync();
        var tooLong = System.Threading.Tasks.Task.Delay(TimeToStart);
        if (await System.Threading.Tasks.Task.WhenAny(host._listening.Task, ended, tooLong) == host._listening.Task)
        {
            return host;
        }

        string found = ended.IsCompleted
            ? $"It ended with exit code {host._process.ExitCode}"
            : $"It did not say so within {TimeToStart.TotalSeconds} s";
        host.Dispose();
        throw new CakeException($"The host was to listen on {endpoint}. {found}; its log: {logPath}");
    }

    /// Asks the host to stop, as a service manager would, and waits until it has.
    public async Task<int> StopAsync()
    {
        GracefulStop.Ask(_process);
        using var limit = new CancellationTokenSource(TimeToStop);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            throw new CakeException(
                $"The host was asked to stop and still ran after {TimeToStop.TotalSeconds} s; its log: {LogPath}");
        }

        await _reading;
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _reading.Wait();
        _log.Dispose();
        _process.Dispose();
    }

    private async Task ReadAsync(StreamReader output)
    {
        while (await output.ReadLineAsync() is { } line)
        {
            lock (_log)
            {
                _log.WriteLine(line);
            }

            if (line.StartsWith(ListeningLine))
            {
                _listening.TrySetResult(line[ListeningLine.Length..]);
            }
        }
    }
}
