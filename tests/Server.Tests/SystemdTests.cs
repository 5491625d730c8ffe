using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace WinApi.Server.Tests;

public sealed class SystemdTests : HostTest
{
    // The host knows systemd by the name of its parent. A shell of that name starts it here, and passes on SIGTERM.
    private const string AsSystemdStarts =
        """
        trap 'kill -TERM $child' TERM
        "$0" "$@" &
        child=$!
        while :; do
            wait $child
            code=$?
            kill -0 $child 2>/dev/null || exit $code
        done
        """;

    [Fact]
    public async Task It_tells_systemd_when_it_listens_and_when_it_stops()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "systemd is of Linux.");
        var folder = NewFolder();
        using var systemd = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        systemd.Bind(new UnixDomainSocketEndPoint($"{folder}/notify"));
        var endpoint = $"unix://{folder}/host.sock";
        var host = StartUnderSystemd(endpoint, ("NOTIFY_SOCKET", $"{folder}/notify"));

        (await ReceiveAsync(systemd)).Should().Be("READY=1");
        var reply = await new Echo.EchoClient(Connect(endpoint)).UnaryEchoAsync(new EchoRequest { Text = "ready" })
            .ResponseAsync.Soon("the reply of a host that says it is ready");
        reply.Text.Should().Be("ready");

        host.Signal(PosixSignal.SIGTERM);

        (await ReceiveAsync(systemd)).Should().Be("STOPPING=1");
        (await host.EndsAsync()).Should().Be(0);
    }

    [Fact]
    public async Task Under_systemd_a_log_line_begins_with_its_priority_and_has_no_time()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "systemd is of Linux.");
        var host = StartUnderSystemd($"unix://{NewFolder()}/host.sock");

        (await host.LogsAsync("Listening on")).Should().StartWith("<6>WinApi.");
    }

    [Fact]
    public async Task Systemd_has_nothing_to_say_against_the_unit()
    {
        const string Analyzer = "/usr/bin/systemd-analyze";
        Assert.SkipUnless(File.Exists(Analyzer), $"there is no {Analyzer} to check the unit with");
        var home = NewFolder();
        var programs = home.CreateSubdirectory(".local/lib/winapi");
        File.CreateSymbolicLink(Path.Combine(programs.FullName, "WinAPIService"), ProgramPaths.Host);
        var unit = Path.Combine(home.FullName, "winapi.service");
        File.Copy(Path.Combine(InstallationFolder.Linux, "winapi.service"), unit);

        var analysis = StartCommand(
            Analyzer,
            ["verify", "--user", "--man=no", unit],
            ("HOME", home.FullName),
            ("XDG_RUNTIME_DIR", home.FullName));

        (await analysis.EndsAsync()).Should().Be(0, $"it said {string.Join(" | ", analysis.Errors)}");
        analysis.Errors.Should().NotContain(line => line.Contains("winapi.service"));
    }

    private ProgramRun StartUnderSystemd(string endpoint, params (string Name, string Value)[] environment)
    {
        var systemd = Path.Combine(NewFolder().FullName, "systemd");
        File.Copy("/bin/sh", systemd);
        return StartCommand(systemd, ["-c", AsSystemdStarts, ProgramPaths.Host, "--endpoint", endpoint], environment);
    }

    private static async Task<string> ReceiveAsync(Socket socket)
    {
        var buffer = new byte[256];
        var received = await socket.ReceiveAsync(buffer, Stop).AsTask().Soon("a word to systemd");
        return Encoding.UTF8.GetString(buffer, 0, received).Trim();
    }
}
