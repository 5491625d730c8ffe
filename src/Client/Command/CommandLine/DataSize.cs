using System.Globalization;
using WinApi.Transport.HyperV;

namespace WinApi.Client.Command.CommandLine;

/// <summary>A number of bytes as people write it: 1MiB, 100MB, 4KiB, 4096.</summary>
internal readonly record struct DataSize(long Bytes)
{
    private static readonly (string Name, long Bytes)[] Units =
        [("TiB", 1L << 40), ("GiB", 1L << 30), ("MiB", 1L << 20), ("KiB", 1L << 10)];

    public static bool TryParse(string text, out DataSize size)
    {
        var isSize = ByteSize.TryParse(text, out var bytes);
        size = new DataSize(bytes);
        return isSize;
    }

    /// <summary>In the largest binary unit that it fills.</summary>
    public override string ToString()
    {
        foreach (var (name, bytes) in Units)
        {
            if (Bytes >= bytes)
            {
                return $"{((double)Bytes / bytes).ToString("0.##", CultureInfo.InvariantCulture)} {name}";
            }
        }

        return $"{Bytes} bytes";
    }
}
