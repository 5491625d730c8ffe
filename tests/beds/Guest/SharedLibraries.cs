using WinApi.Beds.Tests.Setup;

namespace WinApi.Beds.Tests.Guest;

/// <summary>What a program of this machine needs to start in the guest.</summary>
internal static class SharedLibraries
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    public static async Task<IReadOnlyList<string>> OfAsync(string program)
    {
        // "libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x...)", and the loader without an arrow.
        var lines = await Tool.RunAsync("ldd", [program], s_limit);
        return [.. lines.Split('\n')
            .Select(line => line.Split("=>")[^1].Trim().Split(' ')[0])
            .Where(path => path.StartsWith('/'))];
    }
}
