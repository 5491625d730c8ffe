using System.Globalization;

namespace WinApi.Transport.HyperV;

/// <summary>The defaults that channel and server share.</summary>
internal static class TransportDefaults
{
    public const int InlineThreshold = 32 * 1024;
    public const int MaxMessageBytes = 64 * 1024 * 1024;
    public const int MaxMetadataBytes = 16 * 1024;
    public const int StreamWindowBytes = 1024 * 1024;

    /// <summary>About what it costs to wake a thread: looking longer costs more than sleeping.</summary>
    public static readonly TimeSpan UsualSpinTime = TimeSpan.FromMicroseconds(50);

    private const int MaxSpinMicroseconds = 1_000_000;
    private const string SpinVariable = "WINAPI_SPIN_US";
    private const string RingsVariable = "WINAPI_RINGS";

    public static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan HeartbeatTimeout = TimeSpan.FromSeconds(30);

    private const long DefaultSharedMemoryBytes = 8 * 1024 * 1024;
    private const string SharedMemorySizeVariable = "WINAPI_SHARED_MEM_SIZE";

    /// <summary>Unless WINAPI_RINGS is 0 or false.</summary>
    public static bool UseRings => Environment.GetEnvironmentVariable(RingsVariable) is not ("0" or "false");

    /// <exception cref="FormatException">WINAPI_SPIN_US is not a number of microseconds.</exception>
    public static TimeSpan SpinTime
    {
        get
        {
            var text = Environment.GetEnvironmentVariable(SpinVariable);
            return string.IsNullOrEmpty(text) ? UsualSpinTime
                : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= MaxSpinMicroseconds
                    ? TimeSpan.FromMicroseconds(count)
                : throw new FormatException(
                    $"{SpinVariable} is '{text}'; it must be a whole number of microseconds from 0 to {MaxSpinMicroseconds}");
        }
    }

    /// <exception cref="FormatException">WINAPI_SHARED_MEM_SIZE is not a number of bytes.</exception>
    public static long SharedMemoryBytes
    {
        get
        {
            var text = Environment.GetEnvironmentVariable(SharedMemorySizeVariable);
            return string.IsNullOrEmpty(text) ? DefaultSharedMemoryBytes
                : ByteSize.TryParse(text, out var bytes) ? bytes
                : throw new FormatException(
                    $"{SharedMemorySizeVariable} is '{text}'; it must be a number of bytes, such as 8388608, 8MiB or 64MiB");
        }
    }
}
