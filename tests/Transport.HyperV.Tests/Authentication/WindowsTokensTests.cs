using WinApi.Transport.HyperV.Connections.Authentication;

namespace WinApi.Transport.HyperV.Tests.Authentication;

public sealed class WindowsTokensTests
{
    [Fact]
    public void Windows_drives_are_found_among_the_mounts_of_a_guest()
    {
        const string mounts = """
            none /mnt/wsl tmpfs rw,relatime 0 0
            /dev/sdc / ext4 rw,relatime,discard 0 0
            C:\134 /mnt/c 9p rw,noatime,aname=drvfs;path=C:\;uid=1000;symlinkroot=/mnt/,mmap,access=client,msize=65536 0 0
            drvfsaD /mnt/with\040space virtiofs rw,noatime 0 0
            drivers /usr/lib/wsl/drivers 9p ro,nosuid,nodev,aname=drivers;fmask=222 0 0
            wslg /mnt/wslgshm virtiofs rw,relatime,dax=always 0 0
            share /mnt/share 9p rw,cache=mmap 0 0
            """;

        WindowsTokens.Drives(mounts).Should().Equal("/mnt/c", "/mnt/with space");
    }
}
