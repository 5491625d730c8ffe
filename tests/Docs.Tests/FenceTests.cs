namespace WinApi.Docs.Tests;

public sealed class FenceTests
{
    // What is run: sh by CommandTests, csharp by SampleTests, c by tests/Native.Client.Tests. The rest is not for running.
    private static readonly string[] s_known =
        ["sh", "csharp", "c", "text", "cmd", "proto", "json", "mermaid", "cmake", "make", "c fragment"];

    [Fact]
    public void Every_block_of_code_says_what_it_is()
    {
        Documents.Fences.Should().HaveCountGreaterThan(40);
        Documents.Fences.Where(fence => !s_known.Contains(fence.Language) && fence.Document != "ARCHITECTURE.md")
            .Select(fence => $"{fence} [{fence.Language}]").Should().BeEmpty();
    }
}
