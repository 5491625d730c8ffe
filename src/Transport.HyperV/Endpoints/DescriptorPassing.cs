using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace WinApi.Transport.HyperV.Endpoints;

/// <summary>
/// Passes an open descriptor over a Unix socket (SCM_RIGHTS, unix(7)), which <see cref="Socket"/> does not offer.
/// Structures as on 64-bit Linux.
/// </summary>
[SupportedOSPlatform("linux")]
internal static unsafe partial class DescriptorPassing
{
    private const int SolSocket = 1;
    private const int ScmRights = 1;
    private const int MessageDontWait = 0x40;
    private const int MessageNoSignal = 0x4000;
    private const int MessageCloseOnExec = 0x40000000;
    private const int Again = 11;
    private const int Interrupted = 4;
    private const int MaxDescriptors = 4;

    /// <summary>Sends bytes and a descriptor with the first of them; returns how many bytes went.</summary>
    /// <exception cref="SocketException">Nothing was sent.</exception>
    public static int Send(SafeSocketHandle socket, ReadOnlySpan<byte> bytes, SafeFileHandle descriptor)
    {
        var held = false;
        descriptor.DangerousAddRef(ref held);
        try
        {
            fixed (byte* start = bytes)
            {
                var control = new ControlMessage
                {
                    Length = ControlMessage.HeaderBytes + sizeof(int),
                    Level = SolSocket,
                    Type = ScmRights,
                };
                control.Descriptors[0] = (int)descriptor.DangerousGetHandle();
                var vector = new IoVector { Start = start, Length = (nuint)bytes.Length };
                var message = new MessageHeader
                {
                    Vectors = &vector,
                    VectorCount = 1,
                    Control = &control,
                    ControlLength = ControlMessage.HeaderBytes + 8, // CMSG_SPACE(sizeof(int))
                };
                nint sent;
                do
                {
                    sent = SendMessage(socket, &message, MessageNoSignal);
                }
                while (sent < 0 && Marshal.GetLastPInvokeError() == Interrupted);
                return sent >= 0 ? (int)sent : throw new SocketException(Marshal.GetLastPInvokeError());
            }
        }
        finally
        {
            if (held)
            {
                descriptor.DangerousRelease();
            }
        }
    }

    /// <summary>
    /// Receives what is there; false if nothing is. Of the descriptors that came the first is kept, the others are
    /// closed.
    /// </summary>
    public static bool TryReceive(
        SafeSocketHandle socket, Span<byte> buffer, out int received, out SafeFileHandle? descriptor)
    {
        descriptor = null;
        fixed (byte* start = buffer)
        {
            var control = default(ControlMessage);
            var vector = new IoVector { Start = start, Length = (nuint)buffer.Length };
            var message = new MessageHeader
            {
                Vectors = &vector,
                VectorCount = 1,
                Control = &control,
                ControlLength = (nuint)sizeof(ControlMessage),
            };
            received = (int)ReceiveMessage(socket, &message, MessageDontWait | MessageCloseOnExec);
            if (received < 0)
            {
                return Marshal.GetLastPInvokeError() is Again or Interrupted
                    ? false
                    : throw new SocketException(Marshal.GetLastPInvokeError());
            }

            descriptor = TakeDescriptors(in control, message.ControlLength);
            return true;
        }
    }

    private static SafeFileHandle? TakeDescriptors(in ControlMessage control, nuint controlLength)
    {
        if (controlLength < ControlMessage.HeaderBytes || control.Level != SolSocket || control.Type != ScmRights)
        {
            return null;
        }

        SafeFileHandle? first = null;
        var count = Math.Min(MaxDescriptors, (int)(control.Length - ControlMessage.HeaderBytes) / sizeof(int));
        for (var i = 0; i < count; i++)
        {
            var handle = new SafeFileHandle(control.Descriptors[i], ownsHandle: true);
            if (first is null)
            {
                first = handle;
            }
            else
            {
                handle.Dispose();
            }
        }

        return first;
    }

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    private static partial nint SendMessage(SafeSocketHandle socket, MessageHeader* message, int flags);

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    private static partial nint ReceiveMessage(SafeSocketHandle socket, MessageHeader* message, int flags);

    private struct IoVector
    {
        public byte* Start;
        public nuint Length;
    }

    private struct MessageHeader
    {
        public void* Name;
        public uint NameLength;
        public IoVector* Vectors;
        public nuint VectorCount;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
    }

    private struct ControlMessage
    {
        public const int HeaderBytes = 16;

        public nuint Length;
        public int Level;
        public int Type;
        public fixed int Descriptors[MaxDescriptors];
    }
}
