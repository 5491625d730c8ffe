using System.Buffers.Binary;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;

namespace WinApi.Native.Client.Tests;

/// <summary>Answers one client's handshake with bytes of the test's own.</summary>
internal sealed class ScriptedHost : IDisposable
{
    private const int HeaderBytes = 16;
    private const int PrefaceBytes = 8;

    private readonly byte[] _token = RandomNumberGenerator.GetBytes(32);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("winapi-");
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    public ScriptedHost()
    {
        _listener.Bind(new UnixDomainSocketEndPoint($"{_folder.FullName}/host.sock"));
        _listener.Listen();
    }

    /// <summary>The body of a hello that asks for a token.</summary>
    public static byte[] Hello(byte[] nonce, byte[] proof)
    {
        var limits = Fields(output =>
        {
            foreach (var (field, value) in new[] { (1, 8u), (2, 1u << 20), (3, 1u << 20), (4, 1u << 14), (5, 1u << 20) })
            {
                output.WriteTag(field, WireFormat.WireType.Varint);
                output.WriteUInt32(value);
            }
        });
        return Fields(output =>
        {
            output.WriteTag(1, WireFormat.WireType.Varint);
            output.WriteUInt32(1);
            WriteBytes(output, 2, nonce);
            WriteBytes(output, 3, proof);
            WriteBytes(output, 4, limits);
        });
    }

    /// <summary>The body of an admission that is none.</summary>
    public static byte[] Refusal(uint status, string message) => Fields(output => WriteBytes(output, 1, Fields(refusal =>
    {
        refusal.WriteTag(1, WireFormat.WireType.Varint);
        refusal.WriteUInt32(status);
        WriteBytes(refusal, 2, Encoding.UTF8.GetBytes(message));
    })));

    /// <summary>What a host proves with that knows the client's token.</summary>
    public byte[] ProofFor(byte[] clientHello, byte[] nonce)
    {
        var (session, clientNonce) = Read(clientHello);
        byte[] text = [.. "winapi-host"u8, .. session, .. clientNonce, .. nonce];
        return HMACSHA256.HashData(_token, text);
    }

    /// <summary>
    /// Has a C client connect, answers its hello and, where there is one, its proof. Gives what the client said after the
    /// host's hello.
    /// </summary>
    public async Task<(NativeProgram Run, byte[] Answer)> MeetAsync(Func<byte[], byte[]> hello, byte[]? admission = null)
    {
        var tokenFile = Path.Combine(_folder.FullName, "token");
        await File.WriteAllTextAsync(tokenFile, Convert.ToHexStringLower(_token) + "\n");
        var program = Path.Combine(await NativeBuild.AddressSanitizerAsync(), "connect");
        var run = NativeTest.RunAsync(
            program, [$"unix://{_folder.FullName}/host.sock"], ("WINAPI_TOKEN_FILE", tokenFile));
        using var client = await _listener.AcceptAsync().Soon("the client");
        await using var stream = new NetworkStream(client);
        await stream.ReadExactlyAsync(new byte[PrefaceBytes]).AsTask().Soon("the preface");
        await WriteFrameAsync(stream, hello(await ReadFrameAsync(stream)));
        var answer = await ReadFrameAsync(stream);
        if (admission is not null)
        {
            await WriteFrameAsync(stream, admission);
        }

        return (await run, answer);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _folder.Delete(recursive: true);
    }

    private static (byte[] Session, byte[] Nonce) Read(byte[] hello)
    {
        var input = new CodedInputStream(hello);
        byte[] session = [], nonce = [];
        while (input.ReadTag() is var tag and not 0)
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case 3:
                    session = input.ReadBytes().ToByteArray();
                    break;
                case 4:
                    nonce = input.ReadBytes().ToByteArray();
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }

        return (session, nonce);
    }

    /// <summary>Empty where the client hangs up.</summary>
    private static async Task<byte[]> ReadFrameAsync(NetworkStream stream)
    {
        var header = new byte[HeaderBytes];
        if (await stream.ReadAtLeastAsync(header, HeaderBytes, throwOnEndOfStream: false).AsTask().Soon("a frame") < HeaderBytes)
        {
            return [];
        }

        var body = new byte[BinaryPrimitives.ReadInt32LittleEndian(header)];
        await stream.ReadExactlyAsync(body).AsTask().Soon("the body of a frame");
        return body;
    }

    private static async Task WriteFrameAsync(NetworkStream stream, byte[] body)
    {
        var frame = new byte[HeaderBytes + body.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, body.Length);
        frame[4] = 1;
        body.CopyTo(frame, HeaderBytes);
        await stream.WriteAsync(frame).AsTask().Soon("a frame to the client");
    }

    private static byte[] Fields(Action<CodedOutputStream> write)
    {
        using var bytes = new MemoryStream();
        using (var output = new CodedOutputStream(bytes, leaveOpen: true))
        {
            write(output);
        }

        return bytes.ToArray();
    }

    private static void WriteBytes(CodedOutputStream output, int field, byte[] bytes)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(bytes));
    }
}
