namespace WinApi.Beds.Tests.Setup;

/// <summary>A file that a host and a client both map. Memory, not disk: it lies in /dev/shm.</summary>
internal sealed class SharedFile : IDisposable
{
    public const long Bytes = 64 << 20;

    public SharedFile(string name)
    {
        Path = $"/dev/shm/winapi-beds-{Environment.ProcessId}-{name}";
        using var file = new FileStream(Path, new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        file.SetLength(Bytes);
    }

    public string Path { get; }

    public void Dispose() => File.Delete(Path);
}
