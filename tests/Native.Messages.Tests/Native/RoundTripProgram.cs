using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;

namespace WinApi.Native.Tests.Native;

/// <summary>The C program round_trip, which decodes and encodes again what it is sent.</summary>
internal sealed class RoundTripProgram : IDisposable
{
    private const uint Refused = uint.MaxValue;

    private readonly Process _process;
    private readonly Stream _answers;
    private readonly Dictionary<string, int> _types = new(StringComparer.Ordinal);
    private readonly Task<string> _errors;

    public RoundTripProgram(NativeBuild build)
    {
        _process = Process.Start(new ProcessStartInfo(build.Program("round_trip"))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _errors = _process.StandardError.ReadToEndAsync();
        _answers = new BufferedStream(_process.StandardOutput.BaseStream, 1 << 16);
        while (ReadLine() is { Length: > 0 } name)
        {
            _types.Add(name, _types.Count);
        }
    }

    public IReadOnlyCollection<string> Types => _types.Keys;

    /// <summary>The message as C encodes it again, or why C refuses it.</summary>
    public (byte[]? Encoded, string? Refusal) Send(string type, ReadOnlySpan<byte> message)
    {
        byte[] request = new byte[8 + message.Length];
        BinaryPrimitives.WriteInt32LittleEndian(request, _types[type]);
        BinaryPrimitives.WriteInt32LittleEndian(request.AsSpan(4), message.Length);
        message.CopyTo(request.AsSpan(8));
        try
        {
            _process.StandardInput.BaseStream.Write(request);
            _process.StandardInput.BaseStream.Flush();
            return Receive();
        }
        catch (IOException)
        {
            throw new InvalidOperationException(
                $"round_trip ended on a {type} of {Convert.ToHexString(message)}: {_errors.GetAwaiter().GetResult()}");
        }
    }

    /// <summary>Ends it; gives its exit code, which a sanitizer makes other than 0, and what it complained about.</summary>
    public (int ExitCode, string Errors) End()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        return (_process.ExitCode, _errors.GetAwaiter().GetResult());
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
        _answers.Dispose();
    }

    private (byte[]? Encoded, string? Refusal) Receive()
    {
        Span<byte> header = stackalloc byte[4];
        _answers.ReadExactly(header);
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(header);
        if (length == Refused)
        {
            return (null, ReadLine());
        }

        byte[] encoded = new byte[length];
        _answers.ReadExactly(encoded);
        return (encoded, null);
    }

    private string ReadLine()
    {
        var line = new StringBuilder();
        for (int letter = _answers.ReadByte(); letter != '\n'; letter = _answers.ReadByte())
        {
            if (letter < 0)
            {
                throw new EndOfStreamException();
            }

            line.Append((char)letter);
        }

        return line.ToString();
    }
}
