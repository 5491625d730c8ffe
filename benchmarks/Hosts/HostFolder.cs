namespace WinApi.Benchmarks.Hosts;

/// <summary>Where one host and its clients meet: a folder, in memory where the system has such a place.</summary>
internal sealed record HostFolder(string Path)
{
    private const string MemoryBacked = "/dev/shm";

    public string Socket => System.IO.Path.Combine(Path, "socket");

    public string SharedFile => System.IO.Path.Combine(Path, "memory");

    public static HostFolder Make()
    {
        string parent = Directory.Exists(MemoryBacked) ? MemoryBacked : System.IO.Path.GetTempPath();
        string path = System.IO.Path.Combine(parent, $"winapi-benchmark-{Guid.NewGuid():N}");
        return new HostFolder(Directory.CreateDirectory(path).FullName);
    }

    public void Remove() => Directory.Delete(Path, recursive: true);
}
