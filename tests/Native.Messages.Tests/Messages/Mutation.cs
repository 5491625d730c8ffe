namespace WinApi.Native.Tests.Messages;

/// <summary>Changes encoded messages a little, so that they are wrong in one place and right around it.</summary>
internal sealed class Mutation(Random random)
{
    private static readonly byte[] Telling = [0x00, 0x01, 0x7F, 0x80, 0xFF, 0x0A, 0x0B, 0x0C, 0x12, 0x13, 0x14, 0xC0, 0xED, 0xF8];

    public byte[] Of(byte[] message, byte[] other)
    {
        List<byte> bytes = [.. message];
        for (int count = 1 + random.Next(3); count > 0; count--)
        {
            Change(bytes, other);
        }

        return [.. bytes];
    }

    private void Change(List<byte> bytes, byte[] other)
    {
        int place = random.Next(bytes.Count + 1);
        int until = Math.Min(bytes.Count, place + 1 + random.Next(8));
        switch (random.Next(8))
        {
            case 0 when place < bytes.Count:
                bytes[place] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when place < bytes.Count:
                bytes[place] = Telling[random.Next(Telling.Length)];
                break;
            case 2 when place < bytes.Count:
                bytes[place] += (byte)(random.Next(2) == 0 ? 1 : 255);
                break;
            case 3:
                bytes.RemoveRange(place, bytes.Count - place);
                break;
            case 4:
                bytes.RemoveRange(place, until - place);
                break;
            case 5:
                bytes.InsertRange(place, bytes.GetRange(place, until - place));
                break;
            case 6:
                int start = random.Next(other.Length + 1);
                bytes.InsertRange(place, other.AsSpan(start, Math.Min(other.Length - start, random.Next(24))));
                break;
            default:
                bytes.Insert(place, Telling[random.Next(Telling.Length)]);
                break;
        }
    }
}
