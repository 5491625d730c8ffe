namespace WinApi.Transport.HyperV.Tests.Fuzzing;

/// <summary>
/// What a peer sends, in parts that are mostly whole frames. As text: a line of hexadecimal digits for each part, spaces where
/// they help, and what follows a # is for people.
/// </summary>
internal sealed record FuzzInput(IReadOnlyList<byte[]> Parts)
{
    public byte[] Bytes => [.. Parts.SelectMany(part => part)];

    public static FuzzInput Parse(string text) => new(
    [
        .. text.Split('\n').Select(line => line.Split('#')[0].Replace(" ", string.Empty, StringComparison.Ordinal).Trim())
            .Where(digits => digits.Length > 0).Select(Convert.FromHexString),
    ]);

    public override string ToString() => string.Join('\n', Parts.Select(Convert.ToHexStringLower));
}
