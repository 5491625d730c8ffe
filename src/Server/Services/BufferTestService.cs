using System.Diagnostics;
using System.IO.Hashing;
using Grpc.Core;
using WinApi.Transport.HyperV;
using WinApi.V1;

namespace WinApi.Server.Services;

/// <summary>
/// Works in place on buffers that a client lends with its call. Keeps no state: one instance serves all calls at once.
/// </summary>
public sealed class BufferTestService : BufferTest.BufferTestBase
{
    /// <inheritdoc />
    /// <exception cref="RpcException">
    /// INVALID_ARGUMENT: no buffer, an unknown operation, or a buffer that was not lent with this call.
    /// </exception>
    public override Task<BufferTestResult> Run(BufferTestRequest request, ServerCallContext context)
    {
        Validate(request);
        var access = request.Operation == BufferOperation.Write ? BufferAccess.ReadWrite : BufferAccess.Read;
        var result = new BufferTestResult();
        var checksum = new Crc32();
        foreach (var reference in request.Buffers)
        {
            // The list may name much memory many times over; a caller that is gone must not be worked for.
            context.CancellationToken.ThrowIfCancellationRequested();
            using var buffer = context.OpenBuffer(reference, access);

            var before = Stopwatch.GetTimestamp();
            result.MismatchedBytes += Carry(request, buffer, checksum);
            result.ElapsedNs += ElapsedTime.NanosecondsSince(before);

            result.BytesProcessed += (ulong)buffer.Length;
            if (request.Operation != BufferOperation.Checksum)
            {
                checksum.Append(buffer.ReadOnlySpan);
            }
        }

        result.Checksum = checksum.GetCurrentHashAsUInt32();
        return Task.FromResult(result);
    }

    /// <summary>Carries out the operation on one buffer; returns how many bytes did not match the pattern.</summary>
    private static ulong Carry(BufferTestRequest request, SharedBuffer buffer, Crc32 checksum)
    {
        var pattern = new BufferPattern(request.Pattern);
        switch (request.Operation)
        {
            case BufferOperation.Write:
                pattern.Fill(buffer.Span);
                return 0;
            case BufferOperation.Read:
                MemoryRead.Fold(buffer.ReadOnlySpan);
                return 0;
            case BufferOperation.Verify:
                return (ulong)pattern.CountMismatches(buffer.ReadOnlySpan);
            default:
                checksum.Append(buffer.ReadOnlySpan);
                return 0;
        }
    }

    private static void Validate(BufferTestRequest request)
    {
        if (request.Buffers.Count == 0)
        {
            throw InvalidArgument("the request names no buffer");
        }

        if (request.Operation is not (BufferOperation.Write or BufferOperation.Read
            or BufferOperation.Verify or BufferOperation.Checksum))
        {
            throw InvalidArgument(
                $"unknown operation {(int)request.Operation}; known are WRITE (1), READ (2), VERIFY (3) and CHECKSUM (4)");
        }
    }

    private static RpcException InvalidArgument(string detail) => new(new Status(StatusCode.InvalidArgument, detail));
}
