using System.Buffers.Binary;

namespace WinApi.Transport.HyperV.Memory;

/// <summary>
/// How a mapping is divided: a page with the header, the client's and the host's ring, half a page of nothing, the request
/// region (allocated by the client), the response region (allocated by the host), half a page of nothing. Sizes in bytes,
/// whole pages.
/// </summary>
/// <remarks>
/// Header, little endian, written once by the client when it maps the memory, and only compared by the host:
/// 0 magic "WINA" · 4 layout version (u32) · 8 session id (16 bytes) · 24 request region offset, length (u64, u64) ·
/// 40 response region offset, length (u64, u64) · 56 zero to the end of the page but for the words of the rings (docs/protocol.md, Rings).
/// </remarks>
internal readonly record struct MappingLayout(long RequestBytes, long ResponseBytes)
{
    public const int PageSize = 4096;
    public const int RingBytes = 64 * 1024;
    public const int ClientRingStart = PageSize;
    public const int HostRingStart = PageSize + RingBytes;
    public const int HeaderBytes = PageSize + (2 * RingBytes);
    public const uint LayoutVersion = 3;

    // Spans and Memory<byte> count in int.
    public const long MaxBytes = int.MaxValue - (int.MaxValue % PageSize);

    private const uint Magic = 0x414E4957; // "WINA"
    private const int UsedHeaderBytes = 56;

    // Copies are many times slower on common processors where one address is 1 to 31 bytes behind the other within a page.
    // Large arrays start a few bytes after a page, and so would the payload of a message; half a page off, none does.
    private const int RegionsShift = PageSize / 2;

    public const long RequestStart = HeaderBytes + RegionsShift;

    public long ResponseStart => RequestStart + RequestBytes;

    public long TotalBytes => HeaderBytes + RequestBytes + ResponseBytes + PageSize;

    /// <summary>Splits a size between the two regions, rounded up to whole pages and at least one each.</summary>
    public static MappingLayout Split(long bytes)
    {
        var half = Math.Max(1, ((bytes / 2) + PageSize - 1) / PageSize) * PageSize;
        return new MappingLayout(half, half);
    }

    /// <summary>Whether sizes that came from a peer make a layout at all.</summary>
    public bool IsValid(long maxBytes) =>
        RequestBytes > 0 && ResponseBytes > 0
        && RequestBytes % PageSize == 0 && ResponseBytes % PageSize == 0
        && RequestBytes <= MaxBytes && ResponseBytes <= MaxBytes
        && TotalBytes <= MaxBytes && RequestBytes + ResponseBytes <= maxBytes;

    /// <summary>Writes the header, and sets the words of the rings to zero.</summary>
    public void WriteHeader(SharedMapping mapping, Guid session)
    {
        mapping.GetSpan(0, PageSize).Clear();
        Compose(session).CopyTo(mapping.GetSpan(0, UsedHeaderBytes));
    }

    /// <exception cref="IOException">The header is not the one agreed on.</exception>
    public void VerifyHeader(SharedMapping mapping, Guid session)
    {
        if (!mapping.GetSpan(0, UsedHeaderBytes).SequenceEqual(Compose(session)))
        {
            throw new IOException("the header of the shared memory is not the one that was announced");
        }
    }

    private byte[] Compose(Guid session)
    {
        var header = new byte[UsedHeaderBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(header, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(4), LayoutVersion);
        session.TryWriteBytes(header.AsSpan(8));
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(24), RequestStart);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(32), RequestBytes);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(40), ResponseStart);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(48), ResponseBytes);
        return header;
    }
}
