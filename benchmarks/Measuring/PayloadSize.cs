namespace WinApi.Benchmarks.Measuring;

/// <summary>The length of a payload, shown in reports as people say it: 64 B, 1 MiB.</summary>
public readonly record struct PayloadSize(int Bytes)
{
    private const int Mebibyte = 1024 * 1024;

    public static PayloadSize Small => new(64);

    public static PayloadSize OneMebibyte => new(Mebibyte);

    public static PayloadSize FourMebibytes => new(4 * Mebibyte);

    public override string ToString() =>
        Bytes % Mebibyte == 0 ? $"{Bytes / Mebibyte} MiB" : $"{Bytes} B";
}
