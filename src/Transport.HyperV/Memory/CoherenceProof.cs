using System.Buffers.Binary;
using System.Security.Cryptography;

namespace WinApi.Transport.HyperV.Memory;

/// <summary>
/// Shows that two processes see the same bytes and not two copies of them. One writes fresh random bytes at the
/// probe offsets of its own region and sends the offsets alone; the other answers with a digest of what it reads
/// there. Both do so twice on the same pages: a copy that was filled at the first look fails at the second.
/// </summary>
internal static class CoherenceProof
{
    public const int Rounds = 2;

    /// <summary>The largest number of probes that a peer may ask to read.</summary>
    public const int MaxProbes = 16;

    private const int NonceBytes = 16;
    private const long ChunkBytes = 2 * 1024 * 1024;

    /// <summary>The first page, the last page, and a random page in each of up to eight chunks of 2 MiB.</summary>
    public static long[] ChooseOffsets(long regionStart, long regionLength)
    {
        var pages = regionLength / MappingLayout.PageSize;
        var offsets = new SortedSet<long> { regionStart, regionStart + ((pages - 1) * MappingLayout.PageSize) };
        for (var chunk = 0L; chunk * ChunkBytes < regionLength && chunk < 8; chunk++)
        {
            var pagesHere = Math.Min(ChunkBytes, regionLength - (chunk * ChunkBytes)) / MappingLayout.PageSize;
            var page = RandomNumberGenerator.GetInt32((int)pagesHere);
            offsets.Add(regionStart + (chunk * ChunkBytes) + (page * MappingLayout.PageSize));
        }

        return [.. offsets];
    }

    /// <summary>Writes fresh nonces and returns the digest that a peer who sees them must answer.</summary>
    public static byte[] WriteNonces(SharedMapping mapping, ReadOnlySpan<long> offsets, ReadOnlySpan<byte> key)
    {
        Span<byte> seen = stackalloc byte[offsets.Length * (sizeof(long) + NonceBytes)];
        for (var i = 0; i < offsets.Length; i++)
        {
            var entry = seen.Slice(i * (sizeof(long) + NonceBytes), sizeof(long) + NonceBytes);
            BinaryPrimitives.WriteInt64LittleEndian(entry, offsets[i]);
            RandomNumberGenerator.Fill(entry[sizeof(long)..]);
            entry[sizeof(long)..].CopyTo(mapping.GetSpan(offsets[i], NonceBytes));
        }

        Interlocked.MemoryBarrier(); // the nonces before the challenge that follows on the socket
        return HMACSHA256.HashData(key, seen);
    }

    /// <summary>The digest of what is at the offsets now, or null if one is outside the peer's region.</summary>
    public static byte[]? Answer(
        SharedMapping mapping, ReadOnlySpan<ulong> offsets, long regionStart, long regionLength, ReadOnlySpan<byte> key)
    {
        if (offsets.Length is 0 or > MaxProbes)
        {
            return null;
        }

        Span<byte> seen = stackalloc byte[offsets.Length * (sizeof(long) + NonceBytes)];
        for (var i = 0; i < offsets.Length; i++)
        {
            if (offsets[i] < (ulong)regionStart || offsets[i] > (ulong)(regionStart + regionLength - NonceBytes))
            {
                return null;
            }

            var entry = seen.Slice(i * (sizeof(long) + NonceBytes), sizeof(long) + NonceBytes);
            BinaryPrimitives.WriteUInt64LittleEndian(entry, offsets[i]);
            mapping.GetSpan((long)offsets[i], NonceBytes).CopyTo(entry[sizeof(long)..]);
        }

        return HMACSHA256.HashData(key, seen);
    }
}
