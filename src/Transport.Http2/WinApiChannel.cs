using WinApi.Transport.HyperV;

namespace WinApi.Transport.Http2;

/// <summary>Opens the channel that an endpoint asks for: programs need not know which.</summary>
public static class WinApiChannel
{
    /// <summary>A channel to an endpoint.</summary>
    /// <param name="endpoint">
    /// <c>http://…</c> or <c>https://…</c> for gRPC on HTTP/2, else as in <see cref="TransportEndpoint"/>. Null: the one in
    /// <c>WINAPI_ENDPOINT</c>, else the default of this machine.
    /// </param>
    /// <param name="options">All else. Their <see cref="HyperVChannelOptions.Endpoint"/> counts where no endpoint is given.</param>
    /// <exception cref="FormatException">The text is not an endpoint; the message says what is accepted.</exception>
    /// <exception cref="ArgumentException">An option has a value that cannot work; the message names it.</exception>
    /// <exception cref="IOException">Over HTTP/2 a token is required, and none is found.</exception>
    public static BufferChannel Open(string? endpoint = null, HyperVChannelOptions? options = null)
    {
        options ??= new HyperVChannelOptions();
        var named = endpoint ?? (options.Endpoint is null
            ? Environment.GetEnvironmentVariable(TransportEndpoint.EnvironmentVariable)?.Trim() : null);
        if (IsHttp(named))
        {
            return Uri.TryCreate(named, UriKind.Absolute, out var address) ? new Http2Channel(address, options)
                : throw new FormatException($"bad endpoint '{named}': it is not a URI such as http://127.0.0.1:5001");
        }

        // What else the variable may say the transport reads itself.
        return endpoint is null ? new HyperVChannel(options) : new HyperVChannel(options, TransportEndpoint.Parse(endpoint));
    }

    /// <summary>Whether an endpoint is one of gRPC on HTTP/2.</summary>
    public static bool IsHttp(string? endpoint) =>
        endpoint is not null && (endpoint.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
            || endpoint.StartsWith("https://", StringComparison.OrdinalIgnoreCase));
}
