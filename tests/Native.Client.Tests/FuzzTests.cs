namespace WinApi.Native.Client.Tests;

public sealed class FuzzTests : NativeTest
{
    private static readonly string[] s_compilers = ["/usr/bin/clang", "/usr/bin/clang-14"];

    [Fact]
    public async Task The_frame_reader_stands_a_minute_of_hostile_bytes()
    {
        var compiler = s_compilers.FirstOrDefault(File.Exists);
        Assert.SkipWhen(compiler is null, "libFuzzer needs clang.");
        var source = Path.Combine(NativeBuild.Root, "src", "Native");
        var build = await NativeBuild.FuzzersAsync(compiler);
        var found = Directory.CreateDirectory(Path.Combine(build, "found-frames")).FullName;

        await NativeBuild.RunAsync(
            Path.Combine(build, "fuzz_frames"), "-max_total_time=60", "-max_len=5000", $"-artifact_prefix={build}/",
            found, Path.Combine(source, "fuzz", "frames-corpus"));
    }
}
