using Google.Protobuf;

namespace WinApi.Server.Services;

/// <summary>Payload bytes for tests of speed: made once, shared by all calls, never written again.</summary>
internal static class TestPayload
{
    public const int MaxLength = 64 * 1024 * 1024;

    private static readonly Lock Growth = new();
    private static byte[] _bytes = [];

    /// <summary>The first <paramref name="length"/> bytes, up to <see cref="MaxLength"/>, without a copy.</summary>
    public static ByteString Take(int length) =>
        length == 0 ? ByteString.Empty : UnsafeByteOperations.UnsafeWrap(AtLeast(length).AsMemory(0, length));

    private static byte[] AtLeast(int length)
    {
        var bytes = Volatile.Read(ref _bytes);
        if (bytes.Length >= length)
        {
            return bytes;
        }

        lock (Growth)
        {
            if (_bytes.Length < length)
            {
                // Written, and not left zero: untouched pages are all one page of the cache and would read too fast.
                var grown = new byte[Math.Min(MaxLength, Math.Max(length, _bytes.Length * 2))];
                new Random(length).NextBytes(grown);
                Volatile.Write(ref _bytes, grown);
            }

            return _bytes;
        }
    }
}
