namespace WinApi.Beds.Tests.Setup;

/// <summary>The tools that the beds need from the machine (install-tools.sh), and which of them are missing.</summary>
internal static class BedTools
{
    public const string Qemu = "/usr/bin/qemu-system-x86_64";
    public const string Gcc = "/usr/bin/gcc";
    public const string Wine = "/usr/lib/wine/wine64";
    public const string WineServer = "/usr/lib/wine/wineserver64";
    public const string Xvfb = "/usr/bin/Xvfb";
    public const string WindowsGcc = "/usr/bin/x86_64-w64-mingw32-gcc";

    /// <summary>Where install-tools.sh unpacks what it does not install.</summary>
    private static readonly string s_cache = Path.Combine(
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache
            ? cache
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
        "winapi-beds");

    public static string BusyBox { get; } = Path.Combine(s_cache, "busybox", "bin", "busybox");

    /// <summary>Null where no kernel was unpacked.</summary>
    public static string? Kernel { get; } = FindOne(Path.Combine(s_cache, "kernel", "boot"), "vmlinuz-*");

    /// <summary>The folder of the kernel's drivers.</summary>
    public static string? Modules { get; } = FindOne(Path.Combine(s_cache, "kernel", "lib", "modules"), "*");

    /// <summary>QEMU's own server, or the one that followed it.</summary>
    public static string? VirtioFsServer { get; } =
        new[] { "/usr/lib/qemu/virtiofsd", "/usr/libexec/virtiofsd" }.FirstOrDefault(File.Exists);

    /// <summary>What a guest needs and is not there; empty where it can run.</summary>
    public static IReadOnlyList<string> MissingForGuest { get; } =
    [
        .. new[] { Qemu, Gcc, BusyBox }.Where(path => !File.Exists(path)),
        .. Kernel is null || Modules is null ? [$"a kernel in {s_cache}"] : Array.Empty<string>(),
    ];

    public static IReadOnlyList<string> MissingForWine { get; } =
        [.. new[] { Wine, WineServer }.Where(path => !File.Exists(path))];

    /// <summary>For the services that need a desktop.</summary>
    public static IReadOnlyList<string> MissingForDesktop { get; } =
        [.. MissingForWine, .. new[] { Xvfb, WindowsGcc, Gcc }.Where(path => !File.Exists(path))];

    private static string? FindOne(string folder, string pattern) => Directory.Exists(folder)
        ? Directory.EnumerateFileSystemEntries(folder, pattern).FirstOrDefault()
        : null;
}
