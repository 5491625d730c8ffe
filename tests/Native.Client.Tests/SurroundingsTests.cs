namespace WinApi.Native.Client.Tests;

/// <summary>What libwinapi makes of a machine of WSL2, from texts as such machines have them.</summary>
public sealed class SurroundingsTests : NativeTest, IDisposable
{
    private const string Wsl = "6.6.87.2-microsoft-standard-WSL2";
    private const string Linux = "6.1.0-18-amd64";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("winapi-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Drives_of_Windows_and_the_window_of_WSLg_are_told_from_other_mounts()
    {
        var table = Write("mounts", """
            /dev/sdd / ext4 rw,relatime,discard 0 0
            C:\134 /mnt/c 9p rw,noatime,aname=drvfs;path=C:\;uid=1000;gid=1000;symlinkroot=/mnt/,cache=5,access=client,msize=65536 0 0
            drvfsaD /mnt/d virtiofs rw,noatime 0 0
            E: /mnt/my\040drive drvfs rw,noatime 0 0
            none /usr/lib/wsl/lib overlay rw,aname=other 0 0
            drivers /usr/lib/wsl/drivers 9p ro,aname=drivers;fmask=222;dmask=222,cache=5 0 0
            wslg /mnt/wslgshm virtiofs rw,relatime,dax=always 0 0
            wslg /mnt/nodax virtiofs rw,relatime 0 0
            wslg /mnt/plain virtiofs rw,dax,relatime 0 0
            broken

            last /mnt/last tmpfs rw
            """);

        var run = await AskAsync("mounts", table);

        run.Output.Should().Equal(
            "other /", "drive /mnt/c", "drive /mnt/d", "drive /mnt/my drive", "other /usr/lib/wsl/lib", "other /usr/lib/wsl/drivers",
            "window /mnt/wslgshm", "other /mnt/nodax", "window /mnt/plain", "other /mnt/last");
    }

    [Theory]
    [InlineData("-", Wsl, "-", "/run/user/1000", "vsock://2:0x1234")]
    [InlineData("-", Wsl, "0x2345", "/run/user/1000", "vsock://2:0x2345")]
    [InlineData("-", Wsl, "5000", "-", "vsock://2:5000")]
    [InlineData("-", "5.15.0-Microsoft-custom-wsl2+", "-", "-", "vsock://2:0x1234")]
    [InlineData("-", "4.4.0-19041-Microsoft", "-", "-", "unix:///tmp/winapi-somebody/winapi.sock")]
    [InlineData("-", Linux, "0x2345", "/run/user/1000", "unix:///run/user/1000/winapi/winapi.sock")]
    [InlineData("-", "-", "-", "-", "unix:///tmp/winapi-somebody/winapi.sock")]
    [InlineData("tcp://127.0.0.1:5", Wsl, "-", "-", "tcp://127.0.0.1:5")]
    [InlineData("vsock://2:0x1F", Linux, "-", "-", "vsock://2:0x1F")]
    public async Task The_default_endpoint_is_the_Windows_host_only_on_WSL2(
        string named, string release, string port, string runtime, string expected)
    {
        var run = await AskAsync("endpoint", named, release, port, runtime);

        run.ExitCode.Should().Be(0, run.Everything);
        run.Output.Should().Equal(expected);
    }

    [Theory]
    [InlineData("hvsocket://auto/0x1234", "-", "vsock://2:PORT")]
    [InlineData("vsock://2:0x", "-", "port")]
    [InlineData("vsock://2:0xFFFFFFFF", "-", "0x7FFFFFFF")]
    [InlineData("-", "0x12345678A", "WINAPI_SOCKET_PORT is '0x12345678A'")]
    [InlineData("-", "many", "WINAPI_SOCKET_PORT is 'many'")]
    public async Task An_endpoint_that_cannot_be_used_is_refused_with_the_way_out(string named, string port, string expected)
    {
        var run = await AskAsync("endpoint", named, Wsl, port, "-");

        run.ExitCode.Should().Be(1, run.Everything);
        run.Output.Should().ContainSingle().Which.Should().Contain(expected);
    }

    [Theory]
    [InlineData("vsock://2:0x1234", 110, "start WinAPIService on Windows")]
    [InlineData("vsock://2:0x1234", 104, "test_client --doctor")]
    [InlineData("vsock://2:0x1234", 19, "no vsock to a host")]
    [InlineData("vsock://2:0x1234", 97, "no vsock to a host")]
    [InlineData("vsock://3:0x1234", 104, "context id and the port")]
    [InlineData("tcp://127.0.0.1:9", 111, "nothing listens on this port")]
    public async Task A_connect_that_fails_says_what_that_means_there(string endpoint, int failure, string expected)
    {
        var run = await AskAsync("diagnose", endpoint, $"{failure}");

        run.Output.Should().ContainSingle().Which.Should().Contain(expected).And.Contain(endpoint);
    }

    [Fact]
    public async Task A_token_in_a_profile_on_a_drive_of_Windows_is_found_among_those_of_others()
    {
        var token = new string('a', 64);
        var drive = _folder.CreateSubdirectory("c").FullName;
        Put(Path.Combine(drive, "Users/Other User/AppData/Local/WinAPI/token"), new string('b', 64));
        Put(Path.Combine(drive, "Users/me/AppData/Local/WinAPI/token"), token + "\r\n");
        Directory.CreateDirectory(Path.Combine(drive, "Users/Public"));
        var mounts = Write("mounts", $"C:\\134 {drive} 9p rw,aname=drvfs;path=C:\\ 0 0\n");

        var run = await AskAsync("token", "-", "-", "/nonexistent", mounts, token);

        run.Output[0].Should().Be(Path.Combine(drive, "Users/me/AppData/Local/WinAPI/token"), run.Everything);
    }

    [Fact]
    public async Task A_token_for_all_users_of_Windows_is_looked_at_last()
    {
        var token = new string('c', 64);
        var drive = _folder.CreateSubdirectory("c").FullName;
        Directory.CreateDirectory(Path.Combine(drive, "Users/me"));
        Put(Path.Combine(drive, "ProgramData/WinAPI/token"), token);
        var mounts = Write("mounts", $"drvfsaC {drive} virtiofs rw 0 0\n");

        var found = await AskAsync("token", "-", "/nonexistent", "-", mounts, token);
        var missed = await AskAsync("token", "-", "/nonexistent", "-", mounts, new string('d', 64));

        found.Output[0].Should().Be(Path.Combine(drive, "ProgramData/WinAPI/token"), found.Everything);
        missed.Output.Should().Equal(
            "none",
            $"looked at /nonexistent/winapi/token (not there), {drive}/Users/*/AppData/Local/WinAPI/token (none that can be read), "
            + $"{drive}/ProgramData/WinAPI/token (another token)",
            "tokens 1");
    }

    private static void Put(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private static async Task<NativeProgram> AskAsync(params string[] arguments) => await RunAsync(
        Path.Combine(await NativeBuild.AddressSanitizerAsync(), "surroundings"), arguments);

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
