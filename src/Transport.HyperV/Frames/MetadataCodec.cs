using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Grpc.Core;

namespace WinApi.Transport.HyperV.Frames;

/// <summary>
/// Metadata on the wire: entry after entry of key length (u16), value length (u32), key (ASCII), value (bytes; of a
/// key ending in <c>-bin</c> as they are, else ASCII).
/// </summary>
internal static class MetadataCodec
{
    private const int EntryHeaderBytes = 6;

    public static void Write(PooledBytes target, Metadata? metadata)
    {
        if (metadata is null)
        {
            return;
        }

        foreach (var entry in metadata)
        {
            var value = entry.IsBinary ? entry.ValueBytes : Encoding.ASCII.GetBytes(entry.Value);
            var header = target.Append(EntryHeaderBytes);
            BinaryPrimitives.WriteUInt16LittleEndian(header, (ushort)entry.Key.Length);
            BinaryPrimitives.WriteInt32LittleEndian(header[2..], value.Length);
            Encoding.ASCII.GetBytes(entry.Key, target.Append(entry.Key.Length));
            value.CopyTo(target.Append(value.Length));
        }
    }

    /// <summary>Reads entries to the end of the source.</summary>
    /// <param name="source">The bytes.</param>
    /// <param name="maxBytes">How many of them this side accepts.</param>
    /// <exception cref="ProtocolViolationException">There are more, or a length, a key or a value is not one.</exception>
    public static Metadata Read(ReadOnlySpan<byte> source, int maxBytes = int.MaxValue)
    {
        if (source.Length > maxBytes)
        {
            throw new ProtocolViolationException(
                $"metadata of {source.Length} bytes is over this side's limit of {maxBytes} (MaxMetadataBytes)");
        }

        var metadata = new Metadata();
        while (source.Length > 0)
        {
            if (source.Length < EntryHeaderBytes)
            {
                throw Malformed("it ends inside an entry");
            }

            var keyLength = BinaryPrimitives.ReadUInt16LittleEndian(source);
            var valueLength = BinaryPrimitives.ReadUInt32LittleEndian(source[2..]);
            source = source[EntryHeaderBytes..];
            if (keyLength + (ulong)valueLength > (ulong)source.Length)
            {
                throw Malformed("an entry is longer than the rest");
            }

            Add(metadata, source[..keyLength], source.Slice(keyLength, (int)valueLength));
            source = source[(keyLength + (int)valueLength)..];
        }

        return metadata;
    }

    /// <summary>The bytes these entries take in a head.</summary>
    public static int Measure(Metadata? metadata)
    {
        var bytes = 0;
        foreach (var entry in metadata ?? Metadata.Empty)
        {
            bytes += EntryHeaderBytes + entry.Key.Length + (entry.IsBinary ? entry.ValueBytes.Length : entry.Value.Length);
        }

        return bytes;
    }

    private static void Add(Metadata metadata, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (!Ascii.IsValid(key) || key.IsEmpty)
        {
            throw Malformed("a key is not ASCII");
        }

        var name = Encoding.ASCII.GetString(key);
        try
        {
            if (name.EndsWith(Metadata.BinaryHeaderSuffix, StringComparison.Ordinal))
            {
                metadata.Add(name, value.ToArray());
            }
            else if (Ascii.IsValid(value))
            {
                metadata.Add(name, Encoding.ASCII.GetString(value));
            }
            else
            {
                throw Malformed($"the value of '{name}' is not ASCII");
            }
        }
        catch (ArgumentException)
        {
            throw Malformed("a key has characters that keys can't have");
        }
    }

    private static ProtocolViolationException Malformed(string how) => new($"malformed metadata: {how}");
}
