using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace WinApi.Transport.HyperV.Endpoints;

/// <summary>What a program prints, if it ends well and in time.</summary>
internal static class ProgramOutput
{
    /// <summary>Standard output; empty if the program is missing, fails, or does not end within the limit.</summary>
    public static async Task<string> ReadAsync(
        string path, IEnumerable<string> arguments, TimeSpan limit, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(path, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            CreateNoWindow = true,
        };
        start.Environment["WSL_UTF8"] = "1"; // wsl.exe else writes UTF-16
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ended.CancelAfter(limit);
        try
        {
            using var process = Process.Start(start)!;
            try
            {
                process.StandardInput.Close();
                var errors = process.StandardError.ReadToEndAsync(ended.Token); // read, so that it cannot block
                var output = await process.StandardOutput.ReadToEndAsync(ended.Token).ConfigureAwait(false);
                await errors.ConfigureAwait(false);
                await process.WaitForExitAsync(ended.Token).ConfigureAwait(false);
                return process.ExitCode == 0 ? output : string.Empty;
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                cancellationToken.ThrowIfCancellationRequested();
                return string.Empty;
            }
        }
        catch (Exception e) when (e is Win32Exception or IOException or InvalidOperationException)
        {
            return string.Empty; // not installed, or not for this user
        }
    }
}
