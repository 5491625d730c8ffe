using System.Globalization;

namespace WinApi.Native.Client.Tests;

/// <summary>
/// The fuzz targets of the client, from the inputs they have found so far (src/Native/fuzz/TARGET-corpus). How long each looks
/// for new ones is WINAPI_FUZZ_SECONDS; new ones stay in artifacts/native-tests/fuzz/found-TARGET.
/// </summary>
public sealed class FuzzTests : NativeTest
{
    private const int DefaultSeconds = 20;

    private static readonly string[] s_compilers = ["/usr/bin/clang", "/usr/bin/clang-14"];

    [Theory]
    [InlineData("frames", 5000)]
    [InlineData("handshake", 3000)]
    [InlineData("dispatch", 1500)]
    public async Task The_client_stands_hostile_bytes(string target, int longest)
    {
        var compiler = s_compilers.FirstOrDefault(File.Exists);
        Assert.SkipWhen(compiler is null, "libFuzzer needs clang.");
        var build = await NativeBuild.FuzzersAsync(compiler);
        var found = Directory.CreateDirectory(Path.Combine(build, $"found-{target}")).FullName;
        var seconds = Environment.GetEnvironmentVariable("WINAPI_FUZZ_SECONDS")
            ?? DefaultSeconds.ToString(CultureInfo.InvariantCulture);

        await NativeBuild.RunAsync(
            Path.Combine(build, $"fuzz_{target}"), $"-max_total_time={seconds}", $"-max_len={longest}", "-timeout=10",
            "-rss_limit_mb=2048", $"-artifact_prefix={build}/{target}-", found,
            Path.Combine(NativeBuild.Root, "src", "Native", "fuzz", $"{target}-corpus"));
    }
}
