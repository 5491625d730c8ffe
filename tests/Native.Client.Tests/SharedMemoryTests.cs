namespace WinApi.Native.Client.Tests;

/// <summary>Each kind of memory that the C client can offer, against the real host.</summary>
public sealed class SharedMemoryTests : NativeTest
{
    private const string Memory = "/dev/shm";

    [Fact]
    public async Task A_memfd_is_the_first_choice_on_a_Unix_socket()
    {
        var host = await StartHostAsync();

        var run = await ConnectAsync(host.Endpoint, "auto");

        Turns(run, "memory memfd, shared 1").Should().BeInRange(16, 1000);
        run.Output.Skip(2).Should().Equal("reason ", "authentication none");
    }

    [Fact]
    public async Task Where_no_descriptor_can_be_passed_a_file_that_both_are_given_is_shared()
    {
        using var folder = new MemoryFolder();
        var file = folder.File("bytes");
        var host = StartHost(["--endpoint", "tcp://127.0.0.1:0"], ("WINAPI_SHARED_MEM", file));
        var endpoint = (await host.PrintsAsync("listening on "))["listening on ".Length..];

        var agreed = await ConnectAsync(endpoint, "auto", ("WINAPI_SHARED_MEM", file));
        var used = await RunAsync(
            await TestClientAsync(), ["--test", "buffer", "--endpoint", endpoint], ("WINAPI_SHARED_MEM", file));

        Turns(agreed, "memory file, shared 1").Should().BeInRange(16, 1000);
        agreed.Output[2].Should().MatchRegex("^reason memfd: .*; wslg: [^;]*$");
        used.ExitCode.Should().Be(0, used.Everything);
        used.Output.Should().Contain(line => line.Contains("the host wrote 2097152 bytes, in the same memory"));
    }

    [Fact]
    public async Task Two_connections_get_parts_of_the_file_of_their_own()
    {
        using var folder = new MemoryFolder();
        var file = folder.File("bytes");
        var host = StartHost(["--endpoint", "tcp://127.0.0.1:0"], ("WINAPI_SHARED_MEM", file));
        var endpoint = (await host.PrintsAsync("listening on "))["listening on ".Length..];
        var client = await TestClientAsync();

        var runs = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => RunAsync(
            client, ["--stress", "--iterations", "20", "--endpoint", endpoint], ("WINAPI_SHARED_MEM", file))));

        runs.Should().OnlyContain(run => run.ExitCode == 0);
    }

    [Fact]
    public async Task Another_file_than_the_hosts_fails_the_proof_and_bytes_travel_inline()
    {
        using var folder = new MemoryFolder();
        var host = StartHost(["--endpoint", "tcp://127.0.0.1:0"], ("WINAPI_SHARED_MEM", folder.File("hosts")));
        var endpoint = (await host.PrintsAsync("listening on "))["listening on ".Length..];
        await using (var copy = File.Create(folder.File("copy")))
        {
            copy.SetLength(256 << 20);
        }

        var run = await ConnectAsync(endpoint, "file", ("WINAPI_SHARED_MEM", folder.File("copy")));

        run.Output[1].Should().Be("memory none, shared 0, turns 0", run.Everything);
        run.Output[2].Should().Be("reason file: the host does not see the client's writes");
    }

    [Fact]
    public async Task A_file_too_small_for_the_hosts_part_is_not_mapped()
    {
        using var folder = new MemoryFolder();
        var host = StartHost(["--endpoint", "tcp://127.0.0.1:0"], ("WINAPI_SHARED_MEM", folder.File("hosts")));
        var endpoint = (await host.PrintsAsync("listening on "))["listening on ".Length..];
        await File.WriteAllTextAsync(folder.File("small"), "a few bytes");

        var run = await ConnectAsync(endpoint, "auto", ("WINAPI_SHARED_MEM", folder.File("small")));

        run.Output[1].Should().Be("memory none, shared 0, turns 0", run.Everything);
        run.Output[2].Should().Contain("file: the file has 11 bytes here").And.Contain("two different files?");
    }

    [Fact]
    public async Task A_file_that_others_can_write_and_so_cut_short_is_not_mapped()
    {
        using var folder = new MemoryFolder();
        var host = StartHost(["--endpoint", "tcp://127.0.0.1:0"], ("WINAPI_SHARED_MEM", folder.File("hosts")));
        var endpoint = (await host.PrintsAsync("listening on "))["listening on ".Length..];
        await File.WriteAllTextAsync(folder.File("open"), "a few bytes");
        if (!OperatingSystem.IsWindows())
        {
            new FileInfo(folder.File("open")).UnixFileMode |= UnixFileMode.GroupWrite;
        }

        var run = await ConnectAsync(endpoint, "file", ("WINAPI_SHARED_MEM", folder.File("open")));

        run.Output[2].Should().Contain("can be written by others than its owner").And.Contain("chmod 600");
    }

    [Fact]
    public async Task A_file_that_is_not_there_for_the_client_fails_the_proof_and_the_host_is_told()
    {
        using var folder = new MemoryFolder();
        var host = StartHost(
            ["--endpoint", "tcp://127.0.0.1:0", "--log-level", "DEBUG"], ("WINAPI_SHARED_MEM", folder.File("hosts")));
        var endpoint = (await host.PrintsAsync("listening on "))["listening on ".Length..];

        var run = await ConnectAsync(endpoint, "file", ("WINAPI_SHARED_MEM", folder.File("no-such")));

        run.Output[2].Should().Contain("no-such cannot be opened: No such file or directory");
        await host.LogsAsync("file: ", "no-such cannot be opened");
    }

    [Fact]
    public async Task A_file_in_the_window_is_offered_and_what_a_Linux_host_says_to_it_is_told()
    {
        using var folder = new MemoryFolder();
        var host = StartHost(["--endpoint", "tcp://127.0.0.1:0"]);
        var endpoint = (await host.PrintsAsync("listening on "))["listening on ".Length..];

        var run = await ConnectAsync(endpoint, "auto", ("WINAPI_WSLG_DAX", folder.Path));

        run.Output[1].Should().Be("memory none, shared 0, turns 0", run.Everything);
        run.Output[2].Should().MatchRegex("wslg: the host did not take it: .*; file: WINAPI_SHARED_MEM names no file");
        Directory.GetFiles(folder.Path).Should().BeEmpty("what was not taken is taken away");
    }

    [Theory]
    [InlineData("memfd", "memory memfd, shared 1")]
    [InlineData("none", "memory none, shared 0")]
    [InlineData("wslg", "memory none, shared 0")]
    [InlineData("file", "memory none, shared 0")]
    public async Task A_kind_that_is_named_is_the_only_one_tried(string kind, string expected)
    {
        var host = await StartHostAsync();

        var run = await ConnectAsync(host.Endpoint, kind);

        run.Output[1].Should().StartWith(expected, run.Everything);
        run.Output[2].Should().NotContain(";");
    }

    private static async Task<NativeProgram> ConnectAsync(
        string endpoint, string kind, params (string Name, string Value)[] environment)
    {
        var run = await RunAsync(
            Path.Combine(await NativeBuild.AddressSanitizerAsync(), "connect"), [endpoint, kind], environment);
        run.ExitCode.Should().Be(0, run.Everything);
        return run;
    }

    private static async Task<string> TestClientAsync() =>
        Path.Combine(await NativeBuild.PlainAsync(), "native", "test_client");

    private static int Turns(NativeProgram run, string expected)
    {
        run.Output[1].Should().StartWith($"{expected}, turns ", run.Everything);
        return int.Parse(run.Output[1].AsSpan(run.Output[1].LastIndexOf(' ')), System.Globalization.CultureInfo.InvariantCulture);
    }

    private sealed class MemoryFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateDirectory($"{Memory}/winapi-{Guid.NewGuid():N}").FullName;

        public string File(string name) => System.IO.Path.Combine(Path, name);

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
