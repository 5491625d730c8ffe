using System.Diagnostics;

namespace WinApi.Packages.Tests;

/// <summary>A program that does its work and ends, in a folder.</summary>
internal static class Command
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(5);

    /// <summary>Runs it to its good end; what it printed.</summary>
    public static async Task<string> RunAsync(string folder, string program, params string[] arguments)
    {
        var (exitCode, output) = await TryAsync(folder, program, arguments);
        exitCode.Should().Be(0, "'{0} {1}' should succeed; it printed: {2}", program, string.Join(' ', arguments), output);
        return output;
    }

    public static async Task<(int ExitCode, string Output)> TryAsync(string folder, string program, params string[] arguments)
    {
        using var process = Process.Start(StartInfo(folder, program, arguments))!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var patience = new CancellationTokenSource(s_limit);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"'{program} {string.Join(' ', arguments)}' did not end within {s_limit.TotalMinutes} minutes.");
        }

        return (process.ExitCode, await output + await errors);
    }

    public static ProcessStartInfo StartInfo(string folder, string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // Of the build that runs the tests: what is made here has a build of its own.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("WINAPI", StringComparison.Ordinal)
            || name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            start.Environment.Remove(name);
        }

        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["WINAPI_ENDPOINT"] = $"unix://{folder}/host.sock";
        return start;
    }
}
