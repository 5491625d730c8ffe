namespace WinApi.Transport.Http2;

/// <summary>What one gRPC payload may have.</summary>
internal static class PayloadLimit
{
    private const int PrefixOfBuffers = 64 * 1024;

    /// <summary>The largest payload: a message, and in front of it all buffers that may be lent.</summary>
    public static int Bytes(int messageBytes, long bufferBytes) =>
        (int)Math.Min(int.MaxValue, messageBytes + bufferBytes + PrefixOfBuffers);
}
