using WinApi.Beds.Tests.Setup;

namespace WinApi.Beds.Tests.Guest;

/// <summary>What a program of this machine needs to start in the guest.</summary>
internal static class SharedLibraries
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    /// <summary>What .NET's cryptography loads by name when it is first used.</summary>
    private const string OpenSsl = "libssl.so.3";

    /// <summary>OpenSSL, with what it needs.</summary>
    public static async Task<IReadOnlyList<string>> OfCryptographyAsync()
    {
        // "	libssl.so.3 (libc6,x86-64) => /lib/x86_64-linux-gnu/libssl.so.3"
        var lines = await Tool.RunAsync("/sbin/ldconfig", ["-p"], s_limit);
        var path = lines.Split('\n').First(line => line.Trim().StartsWith(OpenSsl + " ", StringComparison.Ordinal))
            .Split("=>")[^1].Trim();
        return [path, .. await OfAsync(path)];
    }

    public static async Task<IReadOnlyList<string>> OfAsync(string program)
    {
        // "libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x...)", and the loader without an arrow.
        var lines = await Tool.RunAsync("ldd", [program], s_limit);
        return [.. lines.Split('\n')
            .Select(line => line.Split("=>")[^1].Trim().Split(' ')[0])
            .Where(path => path.StartsWith('/'))];
    }
}
