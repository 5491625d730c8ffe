using System.Net.Sockets;
using System.Text.Json;
using Grpc.Core;

namespace WinApi.Transport.HyperV.JsonLines;

/// <summary>
/// A client that speaks JSON, an object a line, as a person does with socat: each line in is a call, each line out a reply, an
/// end or an error. Calls run side by side and are made on a connection of the usual kind to the same endpoint, whose limits
/// and rules so hold for them.
/// </summary>
/// <param name="socket">The client's; stays open.</param>
/// <param name="services">What it may call.</param>
/// <param name="invoker">Makes the calls.</param>
/// <param name="patience">A client that does not read a line for so long is given up.</param>
internal sealed class JsonConnection(Socket socket, HyperVServiceBinder services, CallInvoker invoker, TimeSpan patience)
{
    /// <summary>The first byte of such a client; any other begins with the preface of the binary protocol.</summary>
    public const byte FirstByte = (byte)'{';

    /// <summary>The longest line that is read.</summary>
    public const int MaxLineBytes = 1024 * 1024;

    /// <summary>So many calls of a client run at once; its next line is read when one has ended.</summary>
    public const int MaxCalls = 16;

    private readonly SemaphoreSlim _calls = new(MaxCalls);
    private readonly SemaphoreSlim _writing = new(1);

    /// <summary>Until the client has sent its last line and has its last reply, or is gone, or the token fires.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var lines = new LineReader(socket, MaxLineBytes);
        try
        {
            while (await lines.ReadAsync(ended.Token).ConfigureAwait(false) is { } line)
            {
                await _calls.WaitAsync(ended.Token).ConfigureAwait(false);
                _ = AnswerAsync(line, ended);
            }
        }
        catch (InvalidDataException e)
        {
            await TryTellAsync(default, e, ended).ConfigureAwait(false);
        }
        catch (Exception e) when (IsGone(e))
        {
            await ended.CancelAsync().ConfigureAwait(false); // nobody waits for the replies
        }

        for (var call = 0; call < MaxCalls; call++)
        {
            await _calls.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    private static bool IsGone(Exception failure) =>
        failure is SocketException or OperationCanceledException or ObjectDisposedException;

    private async Task AnswerAsync(string line, CancellationTokenSource ended)
    {
        JsonElement id = default;
        try
        {
            using var document = JsonDocument.Parse(line);
            var request = JsonRequest.Read(document.RootElement, ref id);
            var method = services.Find(request.Call)
                ?? throw new RpcException(new Status(StatusCode.Unimplemented, $"the host does not serve {request.Call}"));
            await method.CallAsync(
                invoker, request.Message, reply => WriteAsync(JsonReply.Message(id, reply), ended.Token),
                new CallOptions(cancellationToken: ended.Token)).ConfigureAwait(false);
            if (method.StreamsResponses)
            {
                await WriteAsync(JsonReply.End(id), ended.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (IsGone(e))
        {
            await ended.CancelAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            await TryTellAsync(id, e, ended).ConfigureAwait(false);
        }
        finally
        {
            _calls.Release();
        }
    }

    private async Task TryTellAsync(JsonElement id, Exception failure, CancellationTokenSource ended)
    {
        var status = failure switch
        {
            RpcException rpc => rpc.Status,
            InvalidDataException => new Status(StatusCode.ResourceExhausted, failure.Message),
            JsonException or Google.Protobuf.InvalidProtocolBufferException => new Status(StatusCode.InvalidArgument, failure.Message),
            _ => new Status(StatusCode.Internal, failure.Message),
        };
        try
        {
            await WriteAsync(JsonReply.Error(id, status.StatusCode, status.Detail), ended.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (IsGone(e))
        {
            await ended.CancelAsync().ConfigureAwait(false);
        }
    }

    private async Task WriteAsync(string line, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        await _writing.WaitAsync(limit.Token).ConfigureAwait(false);
        try
        {
            await JsonReply.SendAsync(socket, line, limit.Token).ConfigureAwait(false);
        }
        finally
        {
            _writing.Release();
        }
    }
}
