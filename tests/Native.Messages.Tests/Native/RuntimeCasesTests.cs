namespace WinApi.Native.Tests.Native;

/// <summary>The cases of the C runtime that are written in C.</summary>
public sealed class RuntimeCasesTests
{
    [Theory]
    [InlineData(nameof(NativeBuild.Optimized))]
    [InlineData(nameof(NativeBuild.Sanitized))]
    public void All_cases_hold(string build)
    {
        CommandRun run = CommandRun.Of(NativeBuild.Named(build).Program("cases"), []);
        run.Output.Should().MatchRegex("^[1-9][0-9]* cases, 0 failures\n$");
        run.ExitCode.Should().Be(0);
    }
}
