using System.Collections.Concurrent;
using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace WinApi.Server.Services.Windows.Clipboard;

/// <summary>
/// The thread with a window that owns what this process puts on the clipboard, and that Windows tells of each change. Started when
/// it is first needed; ends with the process. Safe for use by many threads.
/// </summary>
[SupportedOSPlatform("windows")]
internal sealed class ClipboardThread
{
    private static readonly Lazy<ClipboardThread> s_instance = new(() => new ClipboardThread());

    private readonly ConcurrentQueue<Action> _work = new();
    private readonly TaskCompletionSource<nint> _window = new();

    private ClipboardThread()
    {
        new Thread(Run) { IsBackground = true, Name = "clipboard" }.Start();
        _window.Task.GetAwaiter().GetResult();
    }

    /// <summary>The contents have changed. Called on the clipboard's thread: must not wait.</summary>
    public event Action? Changed;

    public static ClipboardThread Instance => s_instance.Value;

    /// <summary>Runs work on the clipboard, which nobody else has open meanwhile.</summary>
    /// <exception cref="Grpc.Core.RpcException">UNAVAILABLE: another program holds it; or what the work throws.</exception>
    public Task<T> RunAsync<T>(Func<T> work)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var window = _window.Task.Result;
        _work.Enqueue(() =>
        {
            try
            {
                using var clipboard = OpenClipboard.Open(window);
                result.SetResult(work());
            }
            catch (Exception e)
            {
                result.SetException(e);
            }
        });
        NativeWindow.PostMessage(window, NativeWindow.WorkMessage, 0, 0);
        return result.Task;
    }

    private void Run()
    {
        nint window;
        try
        {
            window = NativeWindow.CreateMessageWindow();
            if (!NativeWindow.AddClipboardFormatListener(window))
            {
                throw new Win32Exception(Marshal.GetLastPInvokeError());
            }
        }
        catch (Exception e)
        {
            _window.SetException(e);
            return;
        }

        _window.SetResult(window);
        while (NativeWindow.GetMessage(out var message, 0, 0, 0) > 0)
        {
            switch (message.Number)
            {
                case NativeWindow.WorkMessage:
                    while (_work.TryDequeue(out var work))
                    {
                        work();
                    }

                    break;
                case NativeWindow.ClipboardChangedMessage:
                    Changed?.Invoke();
                    break;
                default:
                    NativeWindow.DispatchMessage(in message);
                    break;
            }
        }
    }
}
