using System.Globalization;

namespace WinApi.Transport.HyperV.Endpoints;

/// <summary>
/// The port of a vsock or Hyper-V socket: 1 to 0x7FFFFFFF, which is what the service id of a Hyper-V socket has room
/// for (hvsocket.h: VSOCK ports up to 0x7FFFFFFF have ids made of a template).
/// </summary>
internal static class SocketPort
{
    /// <summary>Where a host is looked for and listens if nothing else is said.</summary>
    public const uint Default = 0x1234;

    /// <summary>The environment variable that replaces <see cref="Default"/>.</summary>
    public const string EnvironmentVariable = "WINAPI_SOCKET_PORT";

    public const string Expected = "a port is a number from 1 to 0x7FFFFFFF, decimal or with 0x";

    private const uint Max = 0x7FFFFFFF;

    public static bool TryParse(string text, out uint port) => TryParseNumber(text, out port) && port is > 0 and <= Max;

    /// <summary>A whole number, decimal or with 0x.</summary>
    public static bool TryParseNumber(string text, out uint number)
    {
        var isHex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        return uint.TryParse(
            isHex ? text[2..] : text,
            isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None,
            CultureInfo.InvariantCulture,
            out number);
    }

    /// <summary>In the form that reads like the beginning of a service id: 0x1234.</summary>
    public static string Format(uint port) => $"0x{port:X}";
}
