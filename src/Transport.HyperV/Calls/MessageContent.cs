using Grpc.Core;

namespace WinApi.Transport.HyperV.Calls;

/// <summary>
/// What is kept of a received message until the application takes it: the message, an <see cref="InboundMessage"/>, or why it
/// cannot be read as an <see cref="RpcException"/>.
/// </summary>
internal static class MessageContent
{
    /// <summary>The message, or why it cannot be read.</summary>
    /// <param name="payload">Its bytes.</param>
    /// <param name="deserializer">Reads them.</param>
    /// <param name="name">What it is called where it cannot be read: request or response.</param>
    public static object Read<T>(DeserializationContext payload, Func<DeserializationContext, T> deserializer, string name)
        where T : class
    {
        try
        {
            var message = deserializer(payload);
            (payload as InboundMessage)?.MarkRead();
            return message;
        }
        catch (RpcException e)
        {
            return e;
        }
        catch (Exception e)
        {
            return new RpcException(new Status(StatusCode.Internal, $"the {name} cannot be read: {e.Message}", e));
        }
    }

    /// <summary>Reads what is still bytes, and gives these back.</summary>
    public static object? Open<T>(object? content, Func<DeserializationContext, T> deserializer, string name)
        where T : class
    {
        if (content is not InboundMessage inbound)
        {
            return content;
        }

        using (inbound)
        {
            return Read(inbound, deserializer, name);
        }
    }
}
