using System.Text;
using WinApi.Transport.HyperV.Endpoints;

namespace WinApi.Transport.HyperV.Tests.Endpoints;

/// <summary>What the programs of Windows print, and what is read from it.</summary>
public sealed class WslVmIdSourceTests
{
    private static readonly Guid Vm = new("2b67a3ae-3b77-4b3f-9d5c-6c7d8a9c9e0a");

    [Theory]
    [InlineData("2b67a3ae-3b77-4b3f-9d5c-6c7d8a9c9e0a")]
    [InlineData("2B67A3AE-3B77-4B3F-9D5C-6C7D8A9C9E0A\n")]
    [InlineData("{2B67A3AE-3B77-4B3F-9D5C-6C7D8A9C9E0A}\r\n")]
    public void Wslinfo_prints_the_id_alone(string output) => WslInfoSource.Parse(output).Should().Be(Vm);

    [Theory]
    [InlineData("")]
    [InlineData("Invalid command line argument: --vm-id\nPlease use 'wslinfo --help' to get a list of supported arguments.\n")]
    [InlineData("There is no distribution with the supplied name.\nError code: Wsl/Service/WSL_E_DISTRO_NOT_FOUND\n")]
    [InlineData("00000000-0000-0000-0000-000000000000")]
    [InlineData("warning: 2b67a3ae-3b77-4b3f-9d5c-6c7d8a9c9e0a")]
    public void Anything_else_from_wslinfo_is_no_id(string output) => WslInfoSource.Parse(output).Should().BeNull();

    [Fact]
    public void What_wsl_writes_in_UTF_16_is_no_id_if_it_is_an_error_and_one_if_it_is()
    {
        WslInfoSource.Parse(ReadAsUtf8("Windows Subsystem for Linux has no installed distributions.\r\n")).Should().BeNull();
        WslInfoSource.Parse(ReadAsUtf8($"{Vm}\r\n")).Should().Be(Vm);

        static string ReadAsUtf8(string text) => Encoding.UTF8.GetString(Encoding.Unicode.GetBytes(text));
    }

    [Theory]
    [InlineData(
        @"""C:\Program Files\WSL\wslhost.exe"" --distro-id {12ab34cd-0000-1111-2222-333344445555} "
        + "--vm-id {2b67a3ae-3b77-4b3f-9d5c-6c7d8a9c9e0a} --handle 2516 --event 2520 --parent 2480")]
    [InlineData(
        @"C:\Windows\System32\lxss\wslhost.exe {12ab34cd-0000-1111-2222-333344445555} 2516 --vm-id "
        + "{2B67A3AE-3B77-4B3F-9D5C-6C7D8A9C9E0A}")]
    [InlineData(
        @"""C:\Program Files\WSL\wslrelay.exe"" --mode 2 --vm-id {2b67a3ae-3b77-4b3f-9d5c-6c7d8a9c9e0a} --handle 3300")]
    public void The_processes_of_WSL_name_their_VM(string commandLine) =>
        WslProcessSource.Choose(["wslhost.exe -Embedding", commandLine, commandLine]).Should().Be(Vm);

    [Fact]
    public void Processes_that_name_none_or_several_VMs_tell_nothing()
    {
        WslProcessSource.Choose([]).Should().BeNull();
        WslProcessSource.Choose(["wslhost.exe --vm-id {2b67a3ae} --distro-id {2b67a3ae-3b77-4b3f-9d5c-6c7d8a9c9e0a}"])
            .Should().BeNull();
        WslProcessSource.Choose([$"wslhost.exe --vm-id {{{Vm}}}", $"wslhost.exe --vm-id {{{Guid.NewGuid()}}}"])
            .Should().BeNull();
    }

    [Fact]
    public void Hcsdiag_lists_the_VM_with_its_owner()
    {
        const string output =
            """
            cowork-vm-1699151a
                VM,                       	Running, DE1517EC-BF1D-5A0B-B459-77A48CB1AD97, cowork-vm-1699151a

            0AB1C2D3-1111-2222-3333-444455556666
                VM,                       	SavedAsTemplate, 0AB1C2D3-1111-2222-3333-444455556666, WSL

            2B67A3AE-3B77-4B3F-9D5C-6C7D8A9C9E0A
                VM,                       	Running, 2B67A3AE-3B77-4B3F-9D5C-6C7D8A9C9E0A, WSL

            """;

        HcsDiagSource.Parse(output).Should().Be(Vm);
        HcsDiagSource.Parse(output.ReplaceLineEndings("\r\n")).Should().Be(Vm);
    }

    [Theory]
    [InlineData("")]
    [InlineData("hcsdiag.exe: Access is denied.\r\n")]
    [InlineData("my-vm\r\n    VM, Running, DE1517EC-BF1D-5A0B-B459-77A48CB1AD97, VMMS\r\n")]
    public void Without_such_a_VM_hcsdiag_tells_nothing(string output) => HcsDiagSource.Parse(output).Should().BeNull();

    [Fact]
    public async Task A_program_is_read_if_it_ends_well()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "uses sh");

        (await ReadAsync("echo yes; echo no >&2; echo $WSL_UTF8")).Should().Be("yes\n1\n");
        (await ReadAsync("echo yes; exit 3")).Should().BeEmpty();
        (await ProgramOutput.ReadAsync("/no/such/program", [], TimeSpan.FromSeconds(30), default)).Should().BeEmpty();

        static Task<string> ReadAsync(string script) =>
            ProgramOutput.ReadAsync("/bin/sh", ["-c", script], TimeSpan.FromSeconds(30), default);
    }

    [Fact]
    public async Task A_program_that_hangs_is_ended()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "uses sh");

        var read = ProgramOutput.ReadAsync(
            "/bin/sh", ["-c", "echo yes; sleep 600"], TimeSpan.FromMilliseconds(200), default);

        (await read.Soon("the end of a program that hangs")).Should().BeEmpty();
    }
}
