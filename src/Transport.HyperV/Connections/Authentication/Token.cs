using System.Security.Cryptography;
using System.Text;

namespace WinApi.Transport.HyperV.Connections.Authentication;

/// <summary>
/// The secret that host and client share, from a file that only its owner can read. It never travels: each side proves
/// with a digest over fresh nonces that it has it.
/// </summary>
internal sealed class Token
{
    public const int Bytes = 32;
    public const int NonceBytes = 32;

    private readonly byte[] _secret;

    private Token(byte[] secret) => _secret = secret;

    public static Token Create() => new(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>Reads the text of a token file: 64 hexadecimal digits, with white space around them.</summary>
    public static Token? TryParse(string text)
    {
        text = text.Trim();
        return text.Length == 2 * Bytes && text.All(char.IsAsciiHexDigit) ? new Token(Convert.FromHexString(text)) : null;
    }

    public string ToFileText() => Convert.ToHexStringLower(_secret) + "\n";

    /// <summary>What a host proves with.</summary>
    public byte[] HostProof(ConnectionNonces nonces) => Digest("winapi-host", nonces);

    /// <summary>What a client proves with.</summary>
    public byte[] ClientProof(ConnectionNonces nonces) => Digest("winapi-client", nonces);

    /// <summary>The key for the proof of memory on this connection.</summary>
    public byte[] SessionKey(ConnectionNonces nonces) => Digest("winapi-session", nonces);

    /// <summary>What a client sends on HTTP/2, where no handshake is ours. In hexadecimal digits.</summary>
    public string Http2Bearer() => Convert.ToHexStringLower(HMACSHA256.HashData(_secret, "winapi-http2"u8));

    public static bool Matches(ReadOnlySpan<byte> proof, ReadOnlySpan<byte> expected) =>
        CryptographicOperations.FixedTimeEquals(proof, expected);

    private byte[] Digest(string purpose, ConnectionNonces nonces)
    {
        byte[] signed = [.. Encoding.ASCII.GetBytes(purpose), .. nonces.Session.ToByteArray(), .. nonces.Client, .. nonces.Host];
        return HMACSHA256.HashData(_secret, signed);
    }
}
