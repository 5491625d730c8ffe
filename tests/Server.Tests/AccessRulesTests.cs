using System.Text.RegularExpressions;
using WinApi.Server.Hosting;

namespace WinApi.Server.Tests;

/// <summary>The rules in the host's setting Allow.</summary>
public sealed partial class AccessRulesTests : HostTest
{
    private static readonly ClientIdentity s_alice = new()
    {
        Endpoint = "unix:///run/winapi.sock",
        UserId = 0,
        TokenName = "desk",
        VirtualMachineId = new Guid("01234567-89ab-cdef-0123-456789abcdef"),
        VsockCid = 3,
    };

    [Theory]
    [InlineData("/=*", true)]
    [InlineData("/=none", false)]
    [InlineData("/=user:0", true)]
    [InlineData("/=user:1", false)]
    [InlineData("/=user:nobody-of-this-name", false)]
    [InlineData("/=token:desk", true)]
    [InlineData("/=token:des", false)]
    [InlineData("/=vm:01234567-89AB-cdef-0123-456789abcdef", true)]
    [InlineData("/=vm:11234567-89ab-cdef-0123-456789abcdef", false)]
    [InlineData("/=cid:3", true)]
    [InlineData("/=cid:4", false)]
    [InlineData("/=endpoint:unix:", true)]
    [InlineData("/=endpoint:vsock:", false)]
    [InlineData("/=user:1, token:desk", true)]
    [InlineData("/=none;/a.B/=*", true)]
    [InlineData("/=*;/a.B/=none", false)]
    [InlineData("/a.B/=none;/=*;/a.B/=user:0", true)]
    [InlineData("/a.B/Other=none", true)]
    public void The_longest_prefix_decides_whom_it_names(string rules, bool allowed)
    {
        var decision = AccessRules.TryParse(rules)!.Decide("/a.B/Method", s_alice);

        (decision.Reason is null).Should().Be(allowed);
    }

    [Theory]
    [InlineData("everything")]
    [InlineData("a.B/=*")]
    [InlineData("/=")]
    [InlineData("/=group:wheel")]
    [InlineData("/=user:")]
    [InlineData("/=vm:abc")]
    [InlineData("/=cid:-1")]
    [InlineData("/=*,")]
    [InlineData(";")]
    public async Task A_bad_rule_keeps_the_host_from_starting(string rules)
    {
        AccessRules.TryParse(rules).Should().BeNull();
        if (rules == "/=group:wheel")
        {
            var host = StartProgram(["--endpoint", "tcp://127.0.0.1:0", "--allow", rules]);

            (await host.EndsAsync()).Should().Be(2);
            host.Errors.Should().ContainSingle().Which.Should().Contain("--allow").And.Contain(rules).And.Contain("user:alice");
        }
    }

    [Fact]
    public async Task A_host_denies_what_its_rules_deny_says_why_and_logs_it()
    {
        var host = await StartHostAsync("--allow", "/=none", "--allow", "/grpc.health.v1.Health/=*");
        var channel = Connect(host.Endpoint);

        var error = await Record.ExceptionAsync(
            () => new Echo.EchoClient(channel).UnaryEchoAsync(new EchoRequest()).ResponseAsync.Soon("the refusal"));
        await new Grpc.Health.V1.Health.HealthClient(channel).CheckAsync(new Grpc.Health.V1.HealthCheckRequest())
            .ResponseAsync.Soon("the health");

        var status = error.Should().BeOfType<RpcException>().Subject.Status;
        status.StatusCode.Should().Be(StatusCode.PermissionDenied);
        status.Detail.Should().Contain("nobody").And.Contain("Allow");
        (await host.Program.LogsAsync("WinApi.Audit[1403]", "UnaryEcho")).Should().NotBeEmpty();
    }

    [Fact]
    public async Task Limits_of_the_command_line_are_those_of_the_host()
    {
        var host = await StartHostAsync("--max-queued-bytes-per-connection", "64KiB", "--shared-memory", "none");
        var client = new Echo.EchoClient(Connect(host.Endpoint));

        var error = await Record.ExceptionAsync(() => client.UnaryEchoAsync(
            new EchoRequest { Payload = Google.Protobuf.ByteString.CopyFrom(new byte[200_000]) }).ResponseAsync.Soon("the call"));

        error.Should().BeOfType<RpcException>().Which.Status.Detail.Should().Contain("MaxQueuedBytesPerConnection").And.Contain("65536");
    }

    [Fact]
    public async Task Every_option_of_the_host_is_in_the_document()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "docs", "configuration.md")))
        {
            folder = folder.Parent!;
        }

        var text = await File.ReadAllTextAsync(Path.Combine(folder.FullName, "docs", "configuration.md"), Stop);
        var help = StartProgram(["--help"]);
        await help.Succeeds();
        var options = help.Output.SelectMany(line => OptionName().Matches(line)).Select(match => match.Groups[1].Value).ToList();

        options.Should().Contain("--allow").And.Contain("--max-buffers");
        foreach (var option in options)
        {
            text.Should().Contain($"`{option}`");
        }
    }

    [GeneratedRegex("^ +(--(?!version|help)[a-z-]+) <")]
    private static partial Regex OptionName();
}
