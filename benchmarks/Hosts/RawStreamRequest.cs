using System.Buffers.Binary;

namespace WinApi.Benchmarks.Hosts;

/// <summary>What a client of <see cref="RawStreamHost"/> says before each stream.</summary>
/// <param name="Down">From the host to the client; else the other way.</param>
/// <param name="Value">The value of all bytes of a stream down.</param>
/// <param name="Count">How many messages.</param>
internal readonly record struct RawStreamRequest(bool Down, byte Value, int Count)
{
    public const int Bytes = 2 + sizeof(int);

    public void WriteTo(Span<byte> bytes)
    {
        bytes[0] = Down ? (byte)1 : (byte)0;
        bytes[1] = Value;
        BinaryPrimitives.WriteInt32LittleEndian(bytes[2..], Count);
    }

    public static RawStreamRequest Read(ReadOnlySpan<byte> bytes) =>
        new(bytes[0] == 1, bytes[1], BinaryPrimitives.ReadInt32LittleEndian(bytes[2..]));
}
