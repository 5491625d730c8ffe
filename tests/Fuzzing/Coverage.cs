using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SharpFuzz.Common;

namespace WinApi.Transport.HyperV.Tests.Fuzzing;

/// <summary>
/// The ways that the transport went from one branch to the next, as marks that the build puts into this project's copy of it
/// leave them. Marks of threads that run at once may mix.
/// </summary>
internal static unsafe class Coverage
{
    private const int Size = 1 << 16; // what the marks are made for

    private static readonly byte* s_marks = (byte*)NativeMemory.AllocZeroed(Size);

    /// <summary>Before anything of the transport runs: a mark without a place to go ends the process.</summary>
    [ModuleInitializer]
    internal static void Start() => Trace.SharedMem = s_marks;

    public static void Clear() => new Span<byte>(s_marks, Size).Clear();

    /// <summary>Since the last <see cref="Clear"/>.</summary>
    public static HashSet<int> Taken()
    {
        var taken = new HashSet<int>();
        for (var at = 0; at < Size; at++)
        {
            if (s_marks[at] != 0)
            {
                taken.Add(at);
            }
        }

        return taken;
    }
}
