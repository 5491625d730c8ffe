using System.Globalization;

namespace WinApi.Native.Tests.Native;

/// <summary>
/// The fuzz target of the decoder, from the inputs it has found so far (src/Native/fuzz/corpus/decoder). How long it looks
/// for new ones is WINAPI_FUZZ_SECONDS; new ones stay in artifacts/native/fuzz/decoder.
/// </summary>
public sealed class DecoderFuzzTests
{
    private const int DefaultSeconds = 60;

    [Fact]
    public void The_decoder_stands_up_to_a_minute_of_fuzzing()
    {
        string found = Path.Combine(ToolPaths.RepositoryRoot, "artifacts", "native", "fuzz", "decoder");
        Directory.CreateDirectory(found);
        string seconds = Environment.GetEnvironmentVariable("WINAPI_FUZZ_SECONDS")
            ?? DefaultSeconds.ToString(CultureInfo.InvariantCulture);
        CommandRun run = CommandRun.Of(NativeBuild.Fuzzed.Program("decoder_fuzz"),
        [
            $"-max_total_time={seconds}", "-rss_limit_mb=2048", "-timeout=10", $"-artifact_prefix={found}/failure-", found,
            Path.Combine(ToolPaths.RepositoryRoot, "src", "Native", "fuzz", "corpus", "decoder"),
        ]);
        run.ExitCode.Should().Be(0, run.Output);
        run.Output.Should().MatchRegex("Done [0-9]+ runs in");
    }
}
