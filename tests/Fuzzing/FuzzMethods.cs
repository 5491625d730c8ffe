using Google.Protobuf;

namespace WinApi.Transport.HyperV.Tests.Fuzzing;

/// <summary>The kinds of calls that <c>Target</c> does not have.</summary>
internal static class FuzzMethods
{
    private static readonly Marshaller<Plain> s_plain =
        Marshallers.Create<Plain>(message => message.ToByteArray(), bytes => Plain.Parser.ParseFrom(bytes));

    public static Method<Plain, Plain> Feed { get; } =
        new(MethodType.ServerStreaming, "winapi.shapes.Target", "Feed", s_plain, s_plain);

    public static Method<Plain, Plain> Chat { get; } =
        new(MethodType.DuplexStreaming, "winapi.shapes.Target", "Chat", s_plain, s_plain);

    /// <summary>Handlers that answer what they get.</summary>
    public static void Bind(ServiceBinderBase binder)
    {
        binder.AddMethod(Feed, async (Plain request, IServerStreamWriter<Plain> responses, ServerCallContext context) =>
        {
            await responses.WriteAsync(request);
            await responses.WriteAsync(request);
        });
        binder.AddMethod(Chat, AnswerAllAsync);
    }

    private static async Task AnswerAllAsync(
        IAsyncStreamReader<Plain> requests, IServerStreamWriter<Plain> responses, ServerCallContext context)
    {
        while (await requests.MoveNext(context.CancellationToken))
        {
            await responses.WriteAsync(requests.Current);
        }
    }
}
