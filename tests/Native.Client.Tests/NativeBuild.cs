using System.Reflection;

namespace WinApi.Native.Client.Tests;

/// <summary>The C programs, built once for each set of flags; what is up to date is not built again.</summary>
internal static class NativeBuild
{
    private static readonly Lazy<Task<string>> s_plain = new(() => BuildAsync("plain", "RelWithDebInfo", ""));
    private static readonly Lazy<Task<string>> s_thread = new(() => BuildAsync("thread", "RelWithDebInfo", "thread"));
    private static readonly Lazy<Task<string>> s_address = new(() => BuildAsync("address", "Debug", "address,undefined"));

    public static string Root { get; } = Metadata("RepositoryRoot");

    /// <summary>The folder of the programs, with the flags of a release.</summary>
    public static Task<string> PlainAsync() => s_plain.Value;

    /// <summary>The same under the thread sanitizer.</summary>
    public static Task<string> ThreadSanitizerAsync() => s_thread.Value;

    /// <summary>The same under the address and undefined-behaviour sanitizers.</summary>
    public static Task<string> AddressSanitizerAsync() => s_address.Value;

    /// <summary>The libFuzzer targets.</summary>
    public static async Task<string> FuzzersAsync(string compiler)
    {
        var build = Path.Combine(Root, "artifacts", "native-tests", "fuzz");
        await RunAsync(
            "cmake", "-S", Path.Combine(Root, "src", "Native"), "-B", build, $"-DCMAKE_C_COMPILER={compiler}",
            "-DWINAPI_SANITIZE=address,undefined", "-DWINAPI_BUILD_FUZZERS=ON", "-DWINAPI_BUILD_PROGRAMS=OFF",
            $"-DWINAPI_PROTOC_PLUGIN={Metadata("Generator")}");
        await RunAsync("cmake", "--build", build, "-j", "2", "--target", "fuzz_frames", "fuzz_handshake", "fuzz_dispatch");
        return build;
    }

    /// <summary>Installs the library and its headers into a folder, as a package would.</summary>
    public static async Task InstallAsync(string folder)
    {
        var build = await PlainAsync();
        await RunAsync("cmake", "--install", build, "--prefix", folder);
    }

    /// <summary>Runs a program to its good end; its output on failure.</summary>
    public static async Task RunAsync(string program, params string[] arguments)
    {
        await using var run = NativeProgram.Start(program, arguments);
        var code = await run.EndsAsync(TimeSpan.FromMinutes(4));
        code.Should().Be(0, "{0} {1} printed {2}", program, string.Join(' ', arguments), run.Everything);
    }

    private static async Task<string> BuildAsync(string name, string type, string sanitizers)
    {
        var build = Path.Combine(Root, "artifacts", "native-tests", name);
        await RunAsync(
            "cmake", "-S", Path.Combine(Root, "tests/Native.Client.Tests/programs"), "-B", build,
            $"-DCMAKE_BUILD_TYPE={type}", $"-DWINAPI_SANITIZE={sanitizers}",
            $"-DWINAPI_PROTOC_PLUGIN={Metadata("Generator")}");
        await RunAsync("cmake", "--build", build, "-j", "2");
        return build;
    }

    private static string Metadata(string key) => typeof(NativeBuild).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(entry => entry.Key == key).Value!;
}
