using System.IO.Hashing;
using Google.Protobuf;

namespace WinApi.Soak.Program;

/// <summary>Payloads that carry their checksum.</summary>
internal static class Checked
{
    public static Item NewItem(Number? number, int bytes, Random random)
    {
        var payload = new byte[bytes];
        random.NextBytes(payload);
        return new Item { Number = number, Payload = UnsafeByteOperations.UnsafeWrap(payload), Checksum = Crc32.HashToUInt32(payload) };
    }

    /// <exception cref="WrongBytesException">The payload is not what was sent.</exception>
    public static void Check(Item item)
    {
        if (Crc32.HashToUInt32(item.Payload.Span) != item.Checksum)
        {
            throw new WrongBytesException($"an item of {item.Payload.Length} bytes came with another checksum");
        }
    }

    /// <exception cref="WrongBytesException">The bytes are not those that were meant.</exception>
    public static void Check(ReadOnlySpan<byte> bytes, uint checksum)
    {
        if (Crc32.HashToUInt32(bytes) != checksum)
        {
            throw new WrongBytesException($"a buffer of {bytes.Length} bytes came with another checksum");
        }
    }

    public static void Invert(Span<byte> bytes)
    {
        foreach (ref var one in bytes)
        {
            one = (byte)~one;
        }
    }
}
