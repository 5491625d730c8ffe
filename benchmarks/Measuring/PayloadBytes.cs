namespace WinApi.Benchmarks.Measuring;

/// <summary>
/// The work that every competitor does with a payload, at both ends: whoever sends writes all of its bytes, whoever
/// receives reads all of them and checks them. The answer to bytes of value v is as many of value v + 1.
/// </summary>
internal static class PayloadBytes
{
    public static void Write(Span<byte> payload, byte value) => payload.Fill(value);

    /// <summary>Reads every byte.</summary>
    /// <exception cref="InvalidDataException">A byte is not <paramref name="expected"/>.</exception>
    public static void ReadAll(ReadOnlySpan<byte> payload, byte expected)
    {
        int wrong = payload.IndexOfAnyExcept(expected);
        if (wrong >= 0)
        {
            throw new InvalidDataException(
                $"Byte {wrong} of a payload of {payload.Length} is {payload[wrong]}; {expected} was sent.");
        }
    }

    /// <summary>The host's half: reads all of the request and says which value its answer is made of.</summary>
    public static byte ReadRequest(ReadOnlySpan<byte> request)
    {
        byte value = request[0];
        ReadAll(request, value);
        return AnswerTo(value);
    }

    public static byte AnswerTo(byte value) => unchecked((byte)(value + 1));
}
