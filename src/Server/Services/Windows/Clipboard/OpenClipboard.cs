using System.Diagnostics;
using System.Runtime.Versioning;
using Grpc.Core;

namespace WinApi.Server.Services.Windows.Clipboard;

/// <summary>The clipboard while this process has it open; nobody else can use it until this is disposed.</summary>
[SupportedOSPlatform("windows")]
internal sealed class OpenClipboard : IDisposable
{
    // Programs hold it for moments, all of them; one that is stopped holds it for ever.
    private const int Tries = 25;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(20);

    private OpenClipboard()
    {
    }

    /// <exception cref="RpcException">UNAVAILABLE: another program holds it.</exception>
    public static OpenClipboard Open(nint window)
    {
        for (var tries = 0; tries < Tries; tries++)
        {
            if (NativeClipboard.Open(window))
            {
                return new OpenClipboard();
            }

            Thread.Sleep(s_pause);
        }

        throw new RpcException(new Status(StatusCode.Unavailable,
            $"the clipboard is held open by {HolderName()}; try again, or end that program"));
    }

    public void Dispose() => _ = NativeClipboard.Close();

    private static string HolderName()
    {
        var window = NativeClipboard.HoldingWindow();
        if (window == 0 || NativeClipboard.ThreadOf(window, out var process) == 0)
        {
            return "another program";
        }

        try
        {
            return $"{Process.GetProcessById((int)process).ProcessName} (process {process})";
        }
        catch (ArgumentException)
        {
            return $"process {process}";
        }
    }
}
