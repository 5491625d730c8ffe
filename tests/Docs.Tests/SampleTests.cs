namespace WinApi.Docs.Tests;

/// <summary>The samples in C#: those of a document are compiled together and run in its order, against the real host.</summary>
public sealed class SampleTests
{
    // Which blocks are run elsewhere, and where: by the line that they begin with.
    private static readonly (string Beginning, string Where)[] s_elsewhere =
    [
        ("class ClipboardService", "tests/AddingAnApi.Tests"),
        ("builder.Services.AddScoped<Database>", "tests/Hosting.Tests"),
        ("using var binder = new Http2ServiceBinder", "tests/Conformance/Http2"),
    ];

    private static readonly string[] s_prefixes = ["unix:///run/user/1000/winapi/winapi.sock", "http://127.0.0.1:5001"];

    public static TheoryData<string> Documents_with_samples =>
        [.. Samples.Select(fence => fence.Document).Distinct()];

    private static IEnumerable<Fence> Samples => Documents.Fences.Where(fence => fence.Language == "csharp"
        && !s_elsewhere.Any(other => fence.Text.StartsWith(other.Beginning, StringComparison.Ordinal)));

    [Fact]
    public void What_is_run_elsewhere_is_still_there() => s_elsewhere.Should().OnlyContain(other =>
        Documents.Fences.Any(fence => fence.Text.StartsWith(other.Beginning, StringComparison.Ordinal)));

    [Theory, MemberData(nameof(Documents_with_samples))]
    public async Task The_samples_of_a_document_print_what_stands_under_them(string document)
    {
        await using var host = await HostRun.StartAsync("--grpc-url", "http://127.0.0.1:0");
        var url = (await host.Program.PrintsAsync("listening on http://"))["listening on ".Length..];
        var program = SampleProgram.Of([.. Samples.Where(fence => fence.Document == document)], text => text
            .Replace(s_prefixes[0], host.Endpoint, StringComparison.Ordinal).Replace(s_prefixes[1], url, StringComparison.Ordinal));

        var printed = await program.RunAsync().Soon("the samples");

        printed.TrimEnd().ReplaceLineEndings("\n").Should().Be(Expected(document));
    }

    /// <summary>The text that stands under samples, all of it.</summary>
    private static string Expected(string document)
    {
        var fences = Documents.Fences.Where(fence => fence.Document == document).ToArray();
        return string.Join('\n', fences.Where((fence, index) => index > 0 && fence.Language == "text" && fences[index - 1].Language == "csharp")
            .Select(fence => fence.Text));
    }
}
