using System.Buffers.Binary;

namespace WinApi.Transport.HyperV.Frames;

/// <summary>
/// The 16 bytes before every frame, little endian: 0 length of what follows (u32) · 4 type (u8) · 5 flags (u8) ·
/// 6 code (u16: method number, status code or goodbye reason) · 8 stream (u32) · 12 length of the head (u32),
/// the part of what follows that comes before the body.
/// </summary>
internal readonly record struct FrameHeader(
    FrameType Type, FrameFlags Flags, ushort Code, uint Stream, int HeadLength, int Length)
{
    public const int Size = 16;

    public int BodyLength => Length - HeadLength;

    /// <summary>Reads a header. Lengths that do not fit an int come out negative and fail every bound.</summary>
    public static FrameHeader Read(ReadOnlySpan<byte> source) => new(
        (FrameType)source[4],
        (FrameFlags)source[5],
        BinaryPrimitives.ReadUInt16LittleEndian(source[6..]),
        BinaryPrimitives.ReadUInt32LittleEndian(source[8..]),
        BinaryPrimitives.ReadInt32LittleEndian(source[12..]),
        BinaryPrimitives.ReadInt32LittleEndian(source));

    public void Write(Span<byte> target)
    {
        BinaryPrimitives.WriteInt32LittleEndian(target, Length);
        target[4] = (byte)Type;
        target[5] = (byte)Flags;
        BinaryPrimitives.WriteUInt16LittleEndian(target[6..], Code);
        BinaryPrimitives.WriteUInt32LittleEndian(target[8..], Stream);
        BinaryPrimitives.WriteInt32LittleEndian(target[12..], HeadLength);
    }
}
