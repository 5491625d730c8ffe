namespace WinApi.Docs.Tests;

/// <summary>The first command of README.</summary>
public sealed class DemoTests
{
    [Fact]
    public async Task The_demo_shows_what_README_says()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "build.sh is for a shell of Linux.");
        var shown = Documents.Fences.First(fence => fence.Document == "README.md" && fence.Language == "text").Text;

        await using var demo = ProgramRun.Start(
            "/bin/bash", ["-c", "cd \"$DIRECTORY\" && exec ./build.sh demo"], ("DIRECTORY", Documents.RepositoryRoot),
            ("MSBUILDDISABLENODEREUSE", "1"));
        (await demo.EndsAsync(TimeSpan.FromMinutes(10))).Should().Be(0, demo.Everything);

        var processes = shown.Split('\n').Skip(2).Select(line => line.Split("  ")[0]).Where(name => name.Length > 0);
        foreach (var process in processes)
        {
            demo.Output.Should().Contain(line => line.StartsWith(process, StringComparison.Ordinal), $"README shows a row for {process}");
        }
    }
}
