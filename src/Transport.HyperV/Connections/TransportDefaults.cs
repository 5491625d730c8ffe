namespace WinApi.Transport.HyperV;

/// <summary>The defaults that channel and server share.</summary>
internal static class TransportDefaults
{
    public const int InlineThreshold = 32 * 1024;
    public const int MaxMessageBytes = 64 * 1024 * 1024;
    public const int MaxMetadataBytes = 16 * 1024;
    public const int StreamWindowBytes = 1024 * 1024;

    /// <summary>About what it costs to wake a thread: looking longer costs more than sleeping.</summary>
    public static readonly TimeSpan SpinTime = TimeSpan.FromMicroseconds(50);

    public static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan HeartbeatTimeout = TimeSpan.FromSeconds(30);

    private const long DefaultSharedMemoryBytes = 8 * 1024 * 1024;
    private const string SharedMemorySizeVariable = "WINAPI_SHARED_MEM_SIZE";

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
