using System.Diagnostics;
using Grpc.Core;
using WinApi.Transport.HyperV;
using WinApi.V1;

namespace WinApi.Client.Tests;

/// <summary>'winapi secret git-credential' as git calls it, with a host that protects by turning every bit.</summary>
public sealed class GitCredentialTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("winapi-git-");
    private HyperVServer _host = null!;

    private string Endpoint => $"unix://{_folder.FullName}/host.sock";

    private string StorePath => Path.Combine(_folder.FullName, "winapi", "git-credentials.json");

    public ValueTask InitializeAsync()
    {
        var options = new HyperVServerOptions();
        options.Endpoints.Add(TransportEndpoint.Parse(Endpoint));
        _host = new HyperVServer(options);
        Secrets.BindService(_host.Services, new TurnedBits());
        _host.Start();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task What_git_stores_it_gets_back_until_it_erases_it()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/git"), "git is not installed.");

        await GitAsync("approve", "protocol=https\nhost=example.org\nusername=me\npassword=s3cret=ü\n\n");
        var filled = await GitAsync("fill", "protocol=https\nhost=example.org\n\n");
        var stored = await File.ReadAllTextAsync(StorePath);
        await GitAsync("reject", "protocol=https\nhost=example.org\nusername=me\n\n");
        var gone = await HelperAsync("get", "protocol=https\nhost=example.org\n\n");

        filled.Should().Contain("username=me\n").And.Contain("password=s3cret=ü\n");
        stored.Should().Contain("example.org").And.NotContain("s3cret");
        new FileInfo(StorePath).UnixFileMode.Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        gone.Should().BeEmpty();
    }

    [Fact]
    public async Task Users_of_a_site_are_told_apart_and_a_new_password_takes_the_place_of_the_old()
    {
        await HelperAsync("store", "protocol=https\nhost=h:8443\nusername=one\npassword=1\n\n");
        await HelperAsync("store", "protocol=https\nhost=h:8443\nusername=two\npassword=2\n\n");
        await HelperAsync("store", "protocol=https\nhost=h:8443\nusername=one\npassword=11\n\n");

        (await HelperAsync("get", "protocol=https\nhost=h:8443\nusername=one\n\n")).Should().Be("username=one\npassword=11\n");
        (await HelperAsync("get", "protocol=https\nhost=h:8443\nusername=two\n\n")).Should().Be("username=two\npassword=2\n");
        (await HelperAsync("get", "protocol=http\nhost=h:8443\n\n")).Should().BeEmpty();
    }

    [Fact]
    public async Task A_damaged_store_is_named_and_not_overwritten()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(StorePath)!);
        await File.WriteAllTextAsync(StorePath, "{ not json");

        await using var program = StartHelper("store");
        await program.TellAsync("protocol=https\nhost=h\nusername=u\npassword=p\n");
        program.EndInput();

        (await program.EndsAsync()).Should().Be(1);
        program.Errors.Should().ContainSingle().Which.Should().Contain(StorePath).And.Contain("remove it");
        (await File.ReadAllTextAsync(StorePath)).Should().Be("{ not json");
    }

    private ProgramRun StartHelper(string operation) => ProgramRun.Start(
        ProgramPaths.Client, ["secret", "git-credential", operation],
        ("WINAPI_ENDPOINT", Endpoint), ("XDG_DATA_HOME", _folder.FullName));

    private async Task<string> HelperAsync(string operation, string input)
    {
        await using var program = StartHelper(operation);
        await program.TellAsync(input.TrimEnd('\n') + "\n");
        program.EndInput();
        await program.Succeeds();
        return string.Concat(program.Output.Select(line => line + "\n"));
    }

    private async Task<string> GitAsync(string operation, string input)
    {
        var start = new ProcessStartInfo("/usr/bin/git",
            ["-c", "credential.helper=", "-c", $"credential.helper=!{ProgramPaths.Client} secret git-credential", "credential", operation])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = _folder.FullName,
        };
        start.Environment["WINAPI_ENDPOINT"] = Endpoint;
        start.Environment["XDG_DATA_HOME"] = _folder.FullName;
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        using var git = Process.Start(start)!;
        await git.StandardInput.WriteAsync(input);
        git.StandardInput.Close();
        var output = await git.StandardOutput.ReadToEndAsync().Soon("git's answer");
        await git.WaitForExitAsync().Soon("git's end");
        git.ExitCode.Should().Be(0, output);
        return output;
    }

    private sealed class TurnedBits : Secrets.SecretsBase
    {
        public override Task<ProtectedSecret> Protect(ProtectRequest request, ServerCallContext context) =>
            Task.FromResult(new ProtectedSecret { Data = Turn(request.Secret) });

        public override Task<Secret> Unprotect(UnprotectRequest request, ServerCallContext context) =>
            Task.FromResult(new Secret { Data = Turn(request.Data) });

        private static Google.Protobuf.ByteString Turn(Google.Protobuf.ByteString bytes) =>
            Google.Protobuf.ByteString.CopyFrom([.. bytes.Select(one => (byte)~one)]);
    }
}
