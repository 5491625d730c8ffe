namespace WinApi.Benchmarks.Measuring;

/// <summary>The length of a payload, shown in reports as people say it: 64 B, 64 KiB, 1 MiB.</summary>
public readonly record struct PayloadSize(int Bytes)
{
    private const int Kibibyte = 1024;
    private const int Mebibyte = 1024 * Kibibyte;

    public static PayloadSize Small => new(64);

    public static PayloadSize SixtyFourKibibytes => new(64 * Kibibyte);

    public static PayloadSize OneMebibyte => new(Mebibyte);

    public static PayloadSize FourMebibytes => new(4 * Mebibyte);

    /// <summary>From the smallest to the largest payload that is measured.</summary>
    public static IReadOnlyList<PayloadSize> Ladder { get; } =
    [
        Small, new(4 * Kibibyte), SixtyFourKibibytes, OneMebibyte, FourMebibytes, new(16 * Mebibyte), new(64 * Mebibyte),
    ];

    /// <summary>The steps of a quick run.</summary>
    public static IReadOnlyList<PayloadSize> QuickLadder { get; } = [Small, OneMebibyte, Ladder[^1]];

    /// <summary>What everybody's message limit is set to: a message is a few bytes longer than its payload.</summary>
    public static int LargestMessage => 65 * Mebibyte;

    public override string ToString() => Bytes switch
    {
        >= Mebibyte => $"{Bytes / Mebibyte} MiB",
        >= Kibibyte => $"{Bytes / Kibibyte} KiB",
        _ => $"{Bytes} B",
    };
}
