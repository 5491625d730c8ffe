using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace WinApi.Server.Services;

/// <summary>Reads memory as fast as the machine can, for tests of how fast bytes arrive.</summary>
internal static class MemoryRead
{
    /// <summary>Takes in every byte; the result depends on all of them, so that no read can be left out.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)] // inlined where the result is unused, the reads could be dropped
    public static ulong Fold(ReadOnlySpan<byte> bytes)
    {
        // Four sums at once: one alone would wait for itself at each step.
        var vectors = MemoryMarshal.Cast<byte, Vector<ulong>>(bytes);
        Vector<ulong> a = default, b = default, c = default, d = default;
        var i = 0;
        for (; i <= vectors.Length - 4; i += 4)
        {
            a ^= vectors[i];
            b ^= vectors[i + 1];
            c ^= vectors[i + 2];
            d ^= vectors[i + 3];
        }

        for (; i < vectors.Length; i++)
        {
            a ^= vectors[i];
        }

        var fold = Vector.Sum(a ^ b ^ c ^ d);
        foreach (var rest in bytes[(vectors.Length * Vector<byte>.Count)..])
        {
            fold ^= rest;
        }

        return fold;
    }
}
