using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Grpc.Core;

namespace WinApi.Server.Services.Windows.Clipboard;

/// <summary>Memory that goes to the clipboard, or lies there, while it is open (<see cref="ClipboardThread.RunAsync"/>).</summary>
[SupportedOSPlatform("windows")]
internal static class ClipboardMemory
{
    public delegate void Writer(Span<byte> target);

    public delegate T Reader<out T>(ReadOnlySpan<byte> source);

    /// <summary>Puts so many bytes there in place of all that is; the number of the contents afterwards.</summary>
    public static unsafe uint Put(uint format, int bytes, Writer write)
    {
        var memory = NativeClipboard.Allocate(NativeClipboard.Movable, (nuint)bytes);
        Check(memory != 0);
        try
        {
            var target = NativeClipboard.Lock(memory);
            Check(target is not null);
            write(new Span<byte>(target, bytes));
            _ = NativeClipboard.Unlock(memory);
            Check(NativeClipboard.Empty());
            Check(NativeClipboard.SetData(format, memory) != 0);
            memory = 0; // the clipboard's now
        }
        finally
        {
            _ = memory == 0 ? 0 : NativeClipboard.Free(memory);
        }

        return NativeClipboard.SequenceNumber();
    }

    /// <summary>Reads what is there in a format; null where there is none. Another program wrote it: trust nothing in it.</summary>
    public static unsafe T? Read<T>(uint format, Reader<T> read)
        where T : class
    {
        var memory = NativeClipboard.IsAvailable(format) ? NativeClipboard.GetData(format) : 0;
        if (memory == 0)
        {
            return null;
        }

        var source = NativeClipboard.Lock(memory);
        Check(source is not null);
        try
        {
            return read(new ReadOnlySpan<byte>(source, checked((int)NativeClipboard.SizeOf(memory))));
        }
        finally
        {
            _ = NativeClipboard.Unlock(memory);
        }
    }

    /// <exception cref="RpcException">INTERNAL: Windows refused.</exception>
    private static void Check(bool succeeded)
    {
        if (!succeeded)
        {
            throw new RpcException(new Status(StatusCode.Internal,
                $"Windows refused the clipboard: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}"));
        }
    }
}
