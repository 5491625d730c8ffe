using System.Diagnostics;

namespace WinApi.Beds.Tests.Setup;

/// <summary>A program of this machine that does its work and ends.</summary>
internal static class Tool
{
    /// <summary>Runs it to its good end; what it printed. Anything else is an error with what it said.</summary>
    public static async Task<string> RunAsync(string program, IEnumerable<string> arguments, TimeSpan limit)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await EndsAsync(process, limit);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException(
                $"'{program} {string.Join(' ', start.ArgumentList)}' ended with exit code {process.ExitCode}: "
                + $"{await output}{await errors}");
        }

        return await output;
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
