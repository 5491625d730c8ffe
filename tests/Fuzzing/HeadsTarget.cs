using WinApi.Transport.HyperV.Frames;

namespace WinApi.Transport.HyperV.Tests.Fuzzing;

/// <summary>What is read of the parts of a frame: it is read, or a violation.</summary>
internal static class HeadsTarget
{
    public static Task<string> Run(FuzzInput input)
    {
        var bytes = input.Bytes;
        string[] outcomes =
        [
            Try(() => MetadataCodec.Read(bytes, 16 * 1024)),
            Try(() => CallHead.Read(bytes, definesMethod: false)),
            Try(() => CallHead.Read(bytes, definesMethod: true)),
            Try(() => TrailersHead.Read(bytes, 16 * 1024)),
            Try(() => BufferHead.Read(bytes)),
            .. Enumerable.Range(0, 1 << 5).Select(flags => Try(() => ReadBody((FrameFlags)flags, bytes))),
        ];
        return Task.FromResult(string.Join(' ', outcomes.Distinct()));
    }

    private static void ReadBody(FrameFlags flags, byte[] bytes)
    {
        var body = MessageBody.Read(flags, bytes);
        for (var index = 0; index < body.LendCount; index++)
        {
            body.Lend(index);
        }

        if (body.IsShared)
        {
            _ = body.Descriptor;
        }
    }

    private static string Try(Action read)
    {
        try
        {
            read();
            return string.Empty;
        }
        catch (ProtocolViolationException e)
        {
            return e.Message;
        }
    }
}
