using System.IO.MemoryMappedFiles;

namespace WinApi.Transport.HyperV.Memory;

/// <summary>Maps files and named sections on Windows.</summary>
internal static unsafe class WindowsMapping
{
    /// <summary>Maps a part of a file or section for reading and writing, and takes it over.</summary>
    /// <param name="section">Disposed with the mapping, or at once where mapping fails.</param>
    /// <param name="offset">In bytes.</param>
    /// <param name="length">In bytes.</param>
    /// <param name="unmapped">Called once the mapping is gone.</param>
    /// <exception cref="IOException">It has fewer bytes, or the system refused.</exception>
    public static SharedMapping Map(MemoryMappedFile section, long offset, long length, Action? unmapped = null)
    {
        MemoryMappedViewAccessor? view = null;
        try
        {
            view = section.CreateViewAccessor(offset, length, MemoryMappedFileAccess.ReadWrite);
            byte* start = null;
            view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
            return new SharedMapping(start + view.PointerOffset, length, () =>
            {
                view.SafeMemoryMappedViewHandle.ReleasePointer();
                view.Dispose();
                section.Dispose();
                unmapped?.Invoke();
            });
        }
        catch (Exception e) when (e is UnauthorizedAccessException or ArgumentException)
        {
            view?.Dispose();
            section.Dispose();
            throw new IOException($"mapping {length} bytes at {offset} failed: {e.Message}", e);
        }
        catch
        {
            view?.Dispose();
            section.Dispose();
            throw;
        }
    }
}
