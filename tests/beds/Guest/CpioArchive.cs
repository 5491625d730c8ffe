using System.Globalization;
using System.Text;

namespace WinApi.Beds.Tests.Guest;

/// <summary>
/// Writes what the kernel unpacks as its first file system: a cpio archive in the "newc" format
/// (Linux: Documentation/driver-api/early-userspace/buffer-format.rst). Needs no root.
/// </summary>
internal sealed class CpioArchive(Stream target) : IDisposable
{
    private const int DirectoryMode = 0x41ED; // a directory, rwxr-xr-x
    private const int ProgramMode = 0x81ED; // a regular file, rwxr-xr-x
    private const int SecretMode = 0x8180; // a regular file, rw-------

    private readonly HashSet<string> _directories = [];
    private int _entries;
    private long _written;

    public void AddProgram(string path, byte[] content) => AddFile(path, ProgramMode, content);

    /// <summary>Adds a file that only its owner may read.</summary>
    public void AddSecret(string path, byte[] content) => AddFile(path, SecretMode, content);

    public void AddDirectory(string path)
    {
        if (path.Length == 0 || !_directories.Add(path))
        {
            return;
        }

        AddDirectory(Path.GetDirectoryName(path) ?? "");
        Write(path, DirectoryMode, []);
    }

    public void Dispose() => Write("TRAILER!!!", 0, []);

    private void AddFile(string path, int mode, byte[] content)
    {
        path = path.TrimStart('/');
        AddDirectory(Path.GetDirectoryName(path) ?? "");
        Write(path, mode, content);
    }

    private void Write(string path, int mode, byte[] content)
    {
        var name = Encoding.UTF8.GetBytes(path + '\0');
        int[] fields =
        [
            ++_entries, mode, 0, 0, 1, 0, content.Length, 0, 0, 0, 0, name.Length, 0,
        ];
        var numbers = fields.Select(field => field.ToString("X8", CultureInfo.InvariantCulture));
        Write(Encoding.ASCII.GetBytes("070701" + string.Concat(numbers)));
        Write(name);
        Align();
        Write(content);
        Align();
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        target.Write(bytes);
        _written += bytes.Length;
    }

    private void Align() => Write(new byte[(4 - (_written % 4)) % 4]);
}
