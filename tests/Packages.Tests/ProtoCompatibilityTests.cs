namespace WinApi.Packages.Tests;

/// <summary>build/check-protos.sh, in a repository with one release.</summary>
public sealed class ProtoCompatibilityTests : IAsyncLifetime
{
    private readonly DirectoryInfo _repository = Directory.CreateTempSubdirectory("winapi-protos-");

    private string Proto => Path.Combine(_repository.FullName, "protos", "winapi", "v1", "echo.proto");

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen((await Command.TryAsync("/", "sh", "-c", "command -v npx git")).ExitCode != 0, "npx fetches buf: apt-get install npm");
        await Command.RunAsync(PackageFeed.RepositoryRoot, "cp", "-r", "protos/winapi", Directory.CreateDirectory(
            Path.Combine(_repository.FullName, "protos")).FullName);
        Directory.CreateDirectory(Path.Combine(_repository.FullName, "build"));
        File.Copy(
            Path.Combine(PackageFeed.RepositoryRoot, "build", "check-protos.sh"), Path.Combine(_repository.FullName, "build", "check-protos.sh"));
        await GitAsync("init", "-q");
        await GitAsync("add", ".");
        await GitAsync("-c", "user.name=tests", "-c", "user.email=tests@localhost", "commit", "-q", "-m", "0.1.0");
        await GitAsync("tag", "v0.1.0");
    }

    public ValueTask DisposeAsync()
    {
        _repository.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_new_field_is_compatible_with_the_last_release()
    {
        await ChangeAsync("message EchoRequest {", "message EchoRequest {\n  string mood = 77;");

        var (exitCode, output) = await CheckAsync();

        exitCode.Should().Be(0, output);
        output.Should().Contain("compatible with v0.1.0");
    }

    [Theory]
    [InlineData("bytes payload = 2;", "string payload = 2;")]
    [InlineData("bytes payload = 2;", "bytes payload = 12;")]
    [InlineData("rpc UnaryEcho(", "rpc Echo(")]
    public async Task A_change_that_old_programs_would_not_understand_is_told_with_its_place(string from, string to)
    {
        await ChangeAsync(from, to);

        var (exitCode, output) = await CheckAsync();

        exitCode.Should().Be(1);
        output.Should().Contain("echo.proto:").And.Contain("not compatible with v0.1.0");
    }

    private async Task ChangeAsync(string from, string to)
    {
        var text = await File.ReadAllTextAsync(Proto, TestContext.Current.CancellationToken);
        text.Should().Contain(from);
        await File.WriteAllTextAsync(Proto, text.Replace(from, to, StringComparison.Ordinal), TestContext.Current.CancellationToken);
    }

    private async Task<(int ExitCode, string Output)> CheckAsync()
    {
        var (exitCode, output) = await Command.TryAsync(
            _repository.FullName, Path.Combine(_repository.FullName, "build", "check-protos.sh"));
        Assert.SkipWhen(exitCode == 2, $"buf cannot be fetched here: {output}");
        return (exitCode, output);
    }

    private Task<string> GitAsync(params string[] arguments) => Command.RunAsync(_repository.FullName, "git", arguments);
}
