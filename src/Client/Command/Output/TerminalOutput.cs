using System.Diagnostics;
using Grpc.Core;
using Spectre.Console;

namespace WinApi.Client.Command.Output;

/// <summary>For people: results on stdout; errors and progress on stderr, progress only where that is a terminal.</summary>
internal sealed class TerminalOutput : CommandOutput
{
    // In a file or a pipe no line needs to be folded.
    private const int WidthOfAFile = 200;

    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(100);

    private readonly IAnsiConsole _results = CreateConsole(Console.Out, Console.IsOutputRedirected);
    private readonly IAnsiConsole _progress = CreateConsole(Console.Error, Console.IsErrorRedirected);

    public override void ShowResult(CommandResult result) => result.Show(_results);

    public override void ShowStep(string line) => Console.Out.WriteLine(line);

    public override void ShowError(StatusCode status, string message) =>
        WriteError($"{StatusName.Of(status)}: {message}");

    public override void ShowBadUsage(string message) => WriteError(message);

    public override Task<T> WithProgressAsync<T>(string title, Func<Action<double>, Task<T>> work)
    {
        if (Console.IsErrorRedirected || !_progress.Profile.Capabilities.Ansi)
        {
            return base.WithProgressAsync(title, work);
        }

        return _progress.Progress().AutoClear(true).StartAsync(context =>
        {
            var task = context.AddTask(Markup.Escape(title), maxValue: 1);
            return work(AtMostEvery(ProgressInterval, share => task.Value = share));
        });
    }

    /// <summary>Drops reports that come too soon after another: what is measured shall not wait for a picture of it.</summary>
    private static Action<double> AtMostEvery(TimeSpan interval, Action<double> report)
    {
        var last = Stopwatch.GetTimestamp();
        return share =>
        {
            if (Stopwatch.GetElapsedTime(last) >= interval)
            {
                last = Stopwatch.GetTimestamp();
                report(share);
            }
        };
    }

    private static void WriteError(string message) => Console.Error.WriteLine($"winapi: {message.ReplaceLineEndings(" ")}");

    private static IAnsiConsole CreateConsole(TextWriter writer, bool isRedirected)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        if (isRedirected)
        {
            console.Profile.Width = WidthOfAFile;
        }

        return console;
    }
}
