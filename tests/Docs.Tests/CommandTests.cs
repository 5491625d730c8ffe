using System.Text.RegularExpressions;

namespace WinApi.Docs.Tests;

/// <summary>The commands in the documents: each line is run here, or is one that a test of its own runs.</summary>
public sealed partial class CommandTests : IDisposable
{
    // Which lines are not run here, and why.
    private static readonly (Regex Line, string Reason)[] s_elsewhere =
    [
        (new(@"^\./build\.sh( |$)"), "CI runs 'test', DemoTests 'demo'; what 'publish', 'pack' and 'soak' start is started by tests/beds, tests/Packages.Tests and tests/Soak"),
        (new(@"^dotnet run -c Release --project (benchmarks|tests)"), "tests/Benchmarks.Tests runs them"),
        (new(@"^dotnet (new|nuget) |^cd Kettle|^dotnet (build host|run --project)|^cmake (-S native|--build native)"), "tests/Packages.Tests"),
        (new(@"^(winapi (clip|secret|screen|registry) |git config --global credential)"), "they need Windows: tests/beds, under Wine"),
        (new(@"^sudo mount |^sudo mkdir "), "it needs WSL"),
        (new(@"^artifacts/publish/"), "tests/beds publishes and runs the same programs"),
        (new(@"^WINAPI_GRPC_URL=https:"), "tests/Client.Tests/GrpcEndpointTests, with a certificate"),
        (new(@"^gcc -std=c11 "), "tests/Native.Client.Tests/ReadmeSampleTests"),
        (new(@"^WINAPI_ENDPOINT=\S+ \./sample$"), "tests/Native.Client.Tests/ReadmeSampleTests"),
        (new(@"^dotnet build src/Native/generator|^cmake -S src/Native|^protoc "), "tests/Packages.Tests/NativePackageTests, tests/Native.Messages.Tests"),
    ];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("winapi-docs-");

    public static TheoryData<string> Blocks => [.. Documents.Fences.Where(fence => RunHere(fence).Any()).Select(fence => fence.ToString())];

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void What_is_not_run_here_is_still_there() => s_elsewhere.Should().OnlyContain(other =>
        Documents.Fences.Any(fence => fence.Language == "sh" && fence.Text.Split('\n').Any(line => other.Line.IsMatch(line))));

    [Theory, MemberData(nameof(Blocks))]
    public async Task The_commands_of_a_block_work_one_after_the_other(string block)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "They are for a shell of Linux.");
        var fence = Documents.Fences.Single(fence => fence.ToString() == block);
        var lines = RunHere(fence).ToArray();
        Assert.SkipWhen(lines.Any(line => line.Contains("socat", StringComparison.Ordinal)) && !File.Exists("/usr/bin/socat"), "apt-get install socat");
        Assert.SkipWhen(!File.Exists(Path.Combine(Documents.RepositoryRoot, "artifacts", "bin", "winapi")), "./build.sh has not run.");
        await using var host = lines.Any(line => line.Contains("WinAPIService", StringComparison.Ordinal)) ? null : await StartHostAsync();

        await using var shell = ProgramRun.Start(
            "/bin/bash", ["-c", Script(lines)], ("XDG_RUNTIME_DIR", _folder.FullName), ("DIRECTORY", Documents.RepositoryRoot));
        var exitCode = await shell.EndsAsync(TimeSpan.FromMinutes(3));

        exitCode.Should().Be(0, shell.Everything);
        if (Under(fence) is { } expected)
        {
            shell.Output.Should().Equal(expected.Split('\n'));
        }
    }

    private static IEnumerable<string> RunHere(Fence fence) => fence.Language != "sh" ? []
        : fence.Text.Split('\n').Where(line => line.Length > 0 && !s_elsewhere.Any(other => other.Line.IsMatch(line)));

    /// <summary>The text that stands under a block as what it prints.</summary>
    private static string? Under(Fence fence)
    {
        var next = Documents.Fences.SkipWhile(other => other != fence).Skip(1).FirstOrDefault();
        return next is not null && next.Document == fence.Document && next.Language == "text"
            && next.Line == fence.Line + fence.Text.Split('\n').Length + 3 ? next.Text : null;
    }

    /// <summary>What runs beside the rest is waited for until it listens, and ended.</summary>
    private string Script(IEnumerable<string> lines) => $$"""
        set -e
        cd "$DIRECTORY"
        trap 'kill $(jobs -p) 2>/dev/null || true; wait' EXIT
        listening() { for i in $(seq 400); do grep -q "$1" "{{_folder.FullName}}/beside" && return; sleep 0.05; done; cat "{{_folder.FullName}}/beside"; return 1; }
        {{string.Join('\n', lines.Select(Adapt))}}
        """;

    private string Adapt(string line)
    {
        line = line.Replace("unix:///run/user/1000/winapi/winapi.sock", $"unix://{_folder.FullName}/winapi/winapi.sock", StringComparison.Ordinal);
        line = TestClient().Replace(line, "artifacts/native/bin/test_client");
        var beside = Beside().Match(line);
        return !beside.Success ? line
            : $"{beside.Groups[1].Value} > {_folder.FullName}/beside &\nlistening 'listening on {(line.Contains("GRPC", StringComparison.Ordinal) ? "http" : "")}'";
    }

    private async Task<ProgramRun> StartHostAsync()
    {
        var host = ProgramRun.Start(ProgramPaths.Host, [], ("XDG_RUNTIME_DIR", _folder.FullName));
        await host.PrintsAsync("listening on ");
        return host;
    }

    [GeneratedRegex(@"^(.*?) &\s*(#.*)?$")]
    private static partial Regex Beside();

    [GeneratedRegex(@"^\./test_client\b")]
    private static partial Regex TestClient();
}
