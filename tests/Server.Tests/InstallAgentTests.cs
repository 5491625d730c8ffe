namespace WinApi.Server.Tests;

/// <summary>The scripts for Linux, with a service manager of their own: systemd, as one user has it.</summary>
public sealed class InstallAgentTests : HostTest
{
    private const int NoManager = 77;

    // systemd serves only a machine that it has booted, which it knows by a folder; here it is in this script's own /run.
    private const string WithManager =
        """
        mount -t tmpfs none /run && mkdir -p /run/systemd/system /run/manager && chmod 700 /run/manager || exit 77
        export XDG_RUNTIME_DIR=/run/manager
        /lib/systemd/systemd --user >"$HOME/systemd.log" 2>&1 &
        manager=$!
        trap 'kill $manager; wait $manager' EXIT
        for try in {1..200}; do
            systemctl --user show-environment >/dev/null 2>&1 && break
            kill -0 $manager 2>/dev/null || exit 77
            sleep 0.1
        done
        set -e
        from=$1 client=$2 installed=$HOME/.local/lib/winapi
        "$from/install-agent.sh" --endpoint "unix://$HOME/first one.sock" --max-connections 7
        "$client" status --json --endpoint "unix://$HOME/first one.sock"
        "$from/install-agent.sh"
        "$client" status --json
        systemctl --user is-enabled winapi.service
        "$installed/uninstall-agent.sh"
        systemctl --user is-active winapi.service || echo "then $(ls -A "$HOME/.local/lib" "$XDG_CONFIG_HOME/systemd/user")"
        """;

    [Fact]
    public async Task Installed_it_runs_with_its_options_again_without_them_and_uninstalled_nothing_is_left()
    {
        Assert.SkipUnless(File.Exists("/lib/systemd/systemd"), "there is no systemd");
        Assert.SkipUnless(File.Exists("/usr/bin/unshare"), "there is no unshare, which gives the test a /run of its own");
        var home = NewFolder();
        var script = StartCommand(
            "/usr/bin/unshare",
            ["--mount", "/bin/bash", "-c", WithManager, "test", NewPublishFolder(), ProgramPaths.Client],
            ("HOME", home.FullName),
            ("XDG_CONFIG_HOME", $"{home}/.config"));

        var exitCode = await script.EndsAsync();

        Assert.SkipWhen(
            exitCode is NoManager or 1 && !script.Output.Any(),
            $"systemd does not run for a user here: {string.Join(' ', script.Errors)}");
        exitCode.Should().Be(0, $"it said {string.Join(" | ", script.Errors)}");
        var output = string.Join('\n', script.Output);
        var status = script.Output.Where(line => line.StartsWith('{')).ToList();
        status.Should().HaveCount(2);
        status[0].Should().Contain($"unix://{home}/first one.sock").And.Contain("memfd", "the unit lets it share memory");
        status[1].Should().Contain("unix:///run/manager/winapi/winapi.sock");
        output.Should().Contain("\nenabled\n");
        output.Should().Contain("\ninactive\n");
        script.Output.SkipWhile(line => !line.StartsWith("then ")).Where(line => !line.EndsWith(':') && line.Length > 0)
            .Should().BeEmpty("no program and no unit is left");
    }

    private string NewPublishFolder()
    {
        var folder = NewFolder();
        var sources = Directory.EnumerateFiles(Path.GetDirectoryName(ProgramPaths.Host)!)
            .Concat(Directory.EnumerateFiles(InstallationFolder.Linux));
        foreach (var file in sources)
        {
            File.Copy(file, Path.Combine(folder.FullName, Path.GetFileName(file)));
        }

        return folder.FullName;
    }
}
