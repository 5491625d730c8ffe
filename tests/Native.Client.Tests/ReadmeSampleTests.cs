using System.Text.RegularExpressions;

namespace WinApi.Native.Client.Tests;

/// <summary>The C programs and command lines that README prints work as they are printed.</summary>
public sealed partial class ReadmeSampleTests : NativeTest
{
    private static readonly string s_native = Path.Combine(NativeBuild.Root, "src", "Native");

    [Fact]
    public async Task Every_C_program_in_README_compiles_against_the_installed_library_and_runs()
    {
        var host = await StartHostAsync();
        var folder = Directory.CreateTempSubdirectory("winapi-");
        try
        {
            await NativeBuild.InstallAsync(folder.FullName);
            var samples = CBlock().Matches(await File.ReadAllTextAsync(Path.Combine(s_native, "README.md")))
                .Select(match => match.Groups[1].Value).ToArray();
            samples.Should().HaveCountGreaterThan(1);
            for (var i = 0; i < samples.Length; i++)
            {
                var source = Path.Combine(folder.FullName, $"sample{i}.c");
                await File.WriteAllTextAsync(source, samples[i]);
                await BuildAsync(folder.FullName, source, Path.ChangeExtension(source, null));

                var run = StartAt(Path.ChangeExtension(source, null), ("WINAPI_ENDPOINT", host.Endpoint));

                (await run.EndsAsync()).Should().Be(0, run.Everything);
                run.Output.Should().Contain(line => line.Contains("Hello Windows!"));
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task The_line_that_builds_test_client_by_hand_works()
    {
        var folder = Directory.CreateTempSubdirectory("winapi-");
        try
        {
            await NativeBuild.InstallAsync(folder.FullName);
            var line = GccLine().Match(await File.ReadAllTextAsync(Path.Combine(s_native, "README.md"))).Value;
            line.Should().NotBeEmpty();
            line = line.Replace("artifacts/native", folder.FullName, StringComparison.Ordinal)
                .Replace("-o test_client", $"-o {folder.FullName}/test_client", StringComparison.Ordinal)
                .Replace("src/Native/", s_native + "/", StringComparison.Ordinal);
            await NativeBuild.RunAsync("sh", "-c", line);

            await NativeBuild.RunAsync(Path.Combine(folder.FullName, "test_client"), "--list");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Task BuildAsync(string installed, string source, string program) => NativeBuild.RunAsync(
        "sh", "-c",
        $"cc -std=c11 -Wall -Wextra -Werror -o {program} {source} "
        + $"$(PKG_CONFIG_PATH=$(dirname $(find {installed} -name libwinapi.pc)) pkg-config --cflags --libs libwinapi) "
        + $"-Wl,-rpath,$(dirname $(find {installed} -name libwinapi.so))");

    [GeneratedRegex("```c\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CBlock();

    [GeneratedRegex("^gcc .*$", RegexOptions.Multiline)]
    private static partial Regex GccLine();
}
