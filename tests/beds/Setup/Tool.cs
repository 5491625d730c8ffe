using System.Diagnostics;

namespace WinApi.Beds.Tests.Setup;

/// <summary>A program of this machine that does its work and ends.</summary>
internal static class Tool
{
    /// <summary>Runs it to its good end; what it printed. Anything else is an error with what it said.</summary>
    public static async Task<string> RunAsync(string program, IEnumerable<string> arguments, TimeSpan limit)
    {
        var result = await TryAsync(program, arguments, limit);
        return result.ExitCode == 0
            ? result.Output
            : throw new InvalidOperationException($"'{program} {string.Join(' ', arguments)}': {result.Everything}");
    }

    /// <summary>Runs it to whatever end, in an environment without any setting of ours but those given.</summary>
    public static Task<ProgramResult> TryAsync(
        string program, IEnumerable<string> arguments, TimeSpan limit, params (string Name, string Value)[] environment) =>
        PipeAsync(string.Empty, program, arguments, limit, environment);

    /// <summary>The same, with a text on its standard input.</summary>
    public static async Task<ProgramResult> PipeAsync(
        string input, string program, IEnumerable<string> arguments, TimeSpan limit, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        SetEnvironment(start, environment);
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await EndsAsync(process, limit);
        return new ProgramResult(process.ExitCode, await output, await errors);
    }

    /// <summary>Takes out every setting of ours, and sets those given.</summary>
    public static void SetEnvironment(ProcessStartInfo start, IEnumerable<(string Name, string Value)> environment)
    {
        foreach (var name in start.Environment.Keys
            .Where(name => name.StartsWith("WINAPI", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }
    }

    /// <summary>Waits for a process, and ends it when it takes too long.</summary>
    public static async Task EndsAsync(Process process, TimeSpan limit)
    {
        using var patience = new CancellationTokenSource(limit);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"'{process.StartInfo.FileName}' did not end within {limit.TotalSeconds} s");
        }
    }
}
