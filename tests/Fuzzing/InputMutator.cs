using System.Buffers.Binary;
using WinApi.Transport.HyperV.Frames;

namespace WinApi.Transport.HyperV.Tests.Fuzzing;

/// <summary>
/// Changes inputs as a hostile peer would: frames left out, sent again, out of order, cut, with odd numbers in them. Lengths are
/// mostly put right afterwards, so that what is changed is looked at.
/// </summary>
internal sealed class InputMutator(Random random, IReadOnlyList<FuzzInput> others, bool framed)
{
    private const int MostParts = 64;
    private const int MostPartBytes = 32 * 1024;

    private static readonly ulong[] s_oddNumbers =
    [
        0, 1, 2, 3, 4, 15, 16, 23, 24, 127, 128, 255, 1023, 1024, 1025, 4095, 4096, 4097, 65535, 65536, 137_216, 661_504, 1 << 20,
        int.MaxValue, 1u << 31, uint.MaxValue - 1, uint.MaxValue, 1ul << 32, long.MaxValue, 1ul << 63, ulong.MaxValue - 4095,
        ulong.MaxValue,
    ];

    public FuzzInput Mutate(FuzzInput input)
    {
        var parts = input.Parts.Select(part => part.ToArray()).ToList();
        for (var changes = random.Next(1, 6); changes > 0; changes--)
        {
            Change(parts);
        }

        return new FuzzInput(parts);
    }

    private void Change(List<byte[]> parts)
    {
        var at = random.Next(parts.Count + 1);
        if (at == parts.Count || (parts.Count < MostParts && random.Next(8) == 0))
        {
            var from = others[random.Next(others.Count)].Parts;
            if (from.Count > 0)
            {
                parts.Insert(at, [.. from[random.Next(from.Count)]]);
            }

            return;
        }

        switch (random.Next(4))
        {
            case 0:
                Arrange(parts, at);
                break;
            case 1:
                parts[at] = Resize(parts[at]);
                PutLengthsRight(parts[at]);
                break;
            default:
                ChangeBytes(parts[at]);
                PutLengthsRight(parts[at]);
                break;
        }
    }

    private void Arrange(List<byte[]> parts, int at)
    {
        var part = parts[at];
        var action = random.Next(3);
        if (action < 2)
        {
            parts.RemoveAt(at);
        }

        if (action > 0 && parts.Count < MostParts)
        {
            parts.Insert(random.Next(parts.Count + 1), [.. part]);
        }
    }

    private byte[] Resize(byte[] part)
    {
        if (part.Length > 0 && random.Next(2) == 0)
        {
            return part[..random.Next(part.Length)];
        }

        var more = new byte[random.Next(10) == 0 ? random.Next(4096) : random.Next(32)];
        random.NextBytes(more);
        return part.Length + more.Length > MostPartBytes ? part : [.. part, .. more];
    }

    private void ChangeBytes(byte[] part)
    {
        if (part.Length == 0)
        {
            return;
        }

        var start = random.Next(part.Length);
        Span<byte> number = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(number, s_oddNumbers[random.Next(s_oddNumbers.Length)]);
        switch (random.Next(4))
        {
            case 0:
                part[start] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                part[start] = (byte)random.Next(256);
                break;
            default:
                var length = Math.Min(1 << random.Next(4), part.Length - start);
                number[..length].CopyTo(part.AsSpan(start));
                break;
        }
    }

    private void PutLengthsRight(byte[] part)
    {
        if (!framed || part.Length < FrameHeader.Size || random.Next(8) == 0)
        {
            return;
        }

        var header = FrameHeader.Read(part);
        var length = part.Length - FrameHeader.Size;
        var head = (uint)header.HeadLength > (uint)length ? random.Next(length + 1) : header.HeadLength;
        (header with { Length = length, HeadLength = head }).Write(part);
    }
}
