using System.Text;
using WinApi.Transport.HyperV;
using WinApi.Transport.HyperV.Connections.Authentication;

namespace WinApi.Transport.Http2;

/// <summary>
/// The token of a host as gRPC metadata. What travels is a digest of it that opens this endpoint alone: the token itself, which the
/// sockets' handshake proves and never sends, cannot be had from it.
/// </summary>
internal static class BearerToken
{
    public const string Header = "authorization";

    public static string Of(Token token) => $"Bearer {token.Http2Bearer()}";

    /// <summary>Whether the header's value is the one that the host expects; takes as long whether or not.</summary>
    public static bool Matches(string? value, string expected) =>
        value is not null && Token.Matches(Encoding.UTF8.GetBytes(value), Encoding.UTF8.GetBytes(expected));

    /// <summary>What a client sends along; null: nothing.</summary>
    /// <exception cref="IOException">A token is required, and none is found.</exception>
    public static string? ForClient(Uri address, HyperVChannelOptions options)
    {
        var required = options.Authentication == AuthenticationMode.Required;
        if (!required && (options.Authentication == AuthenticationMode.None || address.Scheme != Uri.UriSchemeHttps))
        {
            return null;
        }

        var looked = TokenFile.Find(options.TokenFile);
        var found = looked.Select(file => file.Token).FirstOrDefault(token => token is not null);
        return found is not null ? Of(found) : !required ? null : throw new IOException(
            $"a token is required and none was found: {string.Join("; ", looked.Select(file => $"{file.Path}: {file.Found}"))}; "
            + $"copy the host's token file, or name it with {TokenFile.Variable}");
    }
}
