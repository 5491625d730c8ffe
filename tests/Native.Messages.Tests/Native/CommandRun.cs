using System.Diagnostics;

namespace WinApi.Native.Tests.Native;

/// <summary>A program that ran to its end: its exit code, and all it printed.</summary>
internal sealed record CommandRun(int ExitCode, string Output)
{
    public static CommandRun Of(string program, IEnumerable<string> arguments, string? folder = null,
        params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = folder ?? "",
        };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new CommandRun(process.ExitCode, output + errors.GetAwaiter().GetResult());
    }

    /// <summary>Runs what must succeed for any test to make sense.</summary>
    public static string Require(string program, params IEnumerable<string> arguments)
    {
        CommandRun run = Of(program, arguments);
        return run.ExitCode == 0
            ? run.Output
            : throw new InvalidOperationException(
                $"'{program} {string.Join(' ', arguments)}' ended with {run.ExitCode}:\n{run.Output}");
    }
}
