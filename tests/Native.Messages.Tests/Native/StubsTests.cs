namespace WinApi.Native.Tests.Native;

/// <summary>What generated stubs hand over to the calls below them, checked in C.</summary>
public sealed class StubsTests
{
    [Theory]
    [InlineData(nameof(NativeBuild.Optimized))]
    [InlineData(nameof(NativeBuild.Sanitized))]
    public void Stubs_hand_over_what_they_get_and_keep_nothing(string build)
    {
        CommandRun run = CommandRun.Of(NativeBuild.Named(build).Program("stubs"), []);
        run.Output.Should().Be("0 failures\n");
        run.ExitCode.Should().Be(0);
    }
}
