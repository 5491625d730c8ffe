using System.Runtime.InteropServices;

namespace WinApi.Benchmarks.Measuring;

/// <summary>
/// Private memory that starts on a page. Copies between two such places run at full speed; a managed array starts a few
/// bytes off a page, and on common processors a copy from one page to there takes 20 times as long.
/// </summary>
internal sealed unsafe class PageAlignedBytes : IDisposable
{
    private const int PageBytes = 4096;

    private byte* _start;
    private int _length;

    /// <summary>As many bytes; what they were before is lost when the length changes.</summary>
    public Span<byte> OfLength(int length)
    {
        if (length != _length)
        {
            NativeMemory.AlignedFree(_start);
            _start = (byte*)NativeMemory.AlignedAlloc((nuint)length, PageBytes);
            _length = length;
            new Span<byte>(_start, length).Clear();
        }

        return new Span<byte>(_start, length);
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_start);
        _start = null;
        _length = 0;
    }
}
