using System.Collections.Concurrent;
using System.Security.Cryptography;
using Google.Protobuf;

namespace WinApi.Conformance.Tests;

/// <summary>
/// The server side of the suite: does what each request's script says, and records what happens under the name
/// that the call's metadata gives it (key "call"; "" where there is none).
/// </summary>
internal sealed class ScriptedService : TestService.TestServiceBase
{
    private readonly ConcurrentDictionary<string, HandlerRecord> _records = new();
    private int _calls;
    private int _running;
    private int _mostRunning;

    /// <summary>How many handlers were entered.</summary>
    public int Calls => Volatile.Read(ref _calls);

    /// <summary>The most handlers that ran at the same time.</summary>
    public int MostRunning => Volatile.Read(ref _mostRunning);

    /// <summary>Where set, answers unary calls in place of the script.</summary>
    public Func<Request, ServerCallContext, Task<Reply>>? UnaryHandler { get; set; }

    /// <summary>Where set, answers client-streaming calls in place of the script.</summary>
    public Func<IAsyncStreamReader<Request>, ServerCallContext, Task<Reply>>? ClientStreamingHandler { get; set; }

    /// <summary>Where set, answers buffer calls in place of what the request says.</summary>
    public Func<BufferRequest, ServerCallContext, Task<BufferReply>>? BufferHandler { get; set; }

    public HandlerRecord Call(string name = "") => _records.GetOrAdd(name, _ => new HandlerRecord());

    public static Metadata Named(string name) => new() { { "call", name } };

    public override Task<Reply> Unary(Request request, ServerCallContext context) => RunAsync(context, async record =>
    {
        record.CountRequest();
        if (UnaryHandler is { } handler)
        {
            return await handler(request, context);
        }

        var script = request.Script ?? new Script();
        await BeginAsync(script, context);
        await record.HoldAsync(script.Hold, context.CancellationToken);
        End(script);
        return Pattern.ReplyTo(request.Payload, script.ReplyBytes);
    });

    public override Task ServerStreaming(
        Request request, IServerStreamWriter<Reply> responseStream, ServerCallContext context) =>
        RunAsync(context, async record =>
        {
            record.CountRequest();
            var script = request.Script ?? new Script();
            await BeginAsync(script, context);
            for (var sequence = 0u; sequence < script.ReplyCount; sequence++)
            {
                var reply = ReplyOf(script, request.Payload, sequence);
                if (script.ReplyBufferBytes > 0)
                {
                    reply.Buffer = await BufferActions.LendAsync(context, script.ReplyBufferBytes, (int)sequence);
                }

                await responseStream.WriteAsync(reply);
                record.CountReply();
            }

            await record.HoldAsync(script.Hold, context.CancellationToken);
            End(script);
            return true;
        });

    public override Task<Reply> ClientStreaming(IAsyncStreamReader<Request> requestStream, ServerCallContext context) =>
        RunAsync(context, async record =>
        {
            if (ClientStreamingHandler is { } handler)
            {
                return await handler(requestStream, context);
            }

            var script = new Script();
            using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var reply = new Reply();
            while (await requestStream.MoveNext(CancellationToken.None))
            {
                var request = requestStream.Current;
                record.CountRequest();
                reply.RequestsRead++;
                reply.BytesRead += (ulong)request.Payload.Length;
                digest.AppendData(request.Payload.Span);
                foreach (var reference in request.Buffers)
                {
                    using var buffer = context.OpenBuffer(reference);
                    reply.BytesRead += (ulong)buffer.Length;
                    digest.AppendData(buffer.ReadOnlySpan);
                }

                if (reply.RequestsRead == 1)
                {
                    script = request.Script ?? script;
                    await BeginAsync(script, context);
                    await record.HoldAsync(script.Hold, context.CancellationToken);
                }

                if (script.StopReading)
                {
                    break;
                }
            }

            End(script);
            reply.Digest = UnsafeByteOperations.UnsafeWrap(digest.GetHashAndReset());
            reply.Payload = script.ReplyBytes == 0 ? ByteString.Empty : Pattern.Payload((int)script.ReplyBytes);
            return reply;
        });

    public override Task Bidirectional(
        IAsyncStreamReader<Request> requestStream, IServerStreamWriter<Reply> responseStream,
        ServerCallContext context) =>
        RunAsync(context, async record =>
        {
            var script = new Script();
            for (var sequence = 0u; await requestStream.MoveNext(CancellationToken.None); sequence++)
            {
                var request = requestStream.Current;
                record.CountRequest();
                if (sequence == 0)
                {
                    script = request.Script ?? script;
                    await BeginAsync(script, context);
                    await record.HoldAsync(script.Hold, context.CancellationToken);
                }

                await responseStream.WriteAsync(ReplyOf(script, request.Payload, sequence));
                record.CountReply();
                if (script.StopReading)
                {
                    break;
                }
            }

            End(script);
            return true;
        });

    public override Task<BufferReply> Buffers(BufferRequest request, ServerCallContext context) =>
        RunAsync(context, async record =>
    {
        record.CountRequest();
        return BufferHandler is { } handler ? await handler(request, context)
            : await BufferActions.RunAsync(request, context);
    });

    private static Reply ReplyOf(Script script, ByteString payload, uint sequence) => new()
    {
        Payload = script.ReplyBytes == 0 ? payload : Pattern.Payload((int)script.ReplyBytes, (int)sequence),
        Sequence = sequence,
    };

    private static async Task BeginAsync(Script script, ServerCallContext context)
    {
        var headers = new Metadata();
        if (script.EchoMetadata)
        {
            foreach (var entry in context.RequestHeaders)
            {
                if (entry.Key.StartsWith("echo-", StringComparison.Ordinal))
                {
                    headers.Add(entry);
                }
                else if (entry.Key.StartsWith("trail-", StringComparison.Ordinal))
                {
                    context.ResponseTrailers.Add(entry);
                }
            }
        }

        if (script.HeadersEarly || headers.Count > 0)
        {
            await context.WriteResponseHeadersAsync(headers);
        }
    }

    private static void End(Script script)
    {
        if (script.Outcome is { } outcome)
        {
            throw outcome.ThrowOther
                ? new InvalidOperationException(outcome.Detail)
                : new RpcException(new Status((StatusCode)outcome.StatusCode, outcome.Detail));
        }
    }

    private async Task<T> RunAsync<T>(ServerCallContext context, Func<HandlerRecord, Task<T>> handler)
    {
        var record = Call(context.RequestHeaders.GetValue("call") ?? "");
        Interlocked.Increment(ref _calls);
        var running = Interlocked.Increment(ref _running);
        for (var most = MostRunning; running > most; most = MostRunning)
        {
            Interlocked.CompareExchange(ref _mostRunning, running, most);
        }

        record.Enter(context);
        try
        {
            var result = await handler(record);
            Interlocked.Decrement(ref _running);
            record.Leave(null);
            return result;
        }
        catch (Exception error)
        {
            Interlocked.Decrement(ref _running);
            record.Leave(error);
            throw;
        }
    }
}
