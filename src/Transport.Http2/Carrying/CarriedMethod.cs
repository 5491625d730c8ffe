using Grpc.Core;
using WinApi.Transport.Http2.Protocol;

namespace WinApi.Transport.Http2.Carrying;

/// <summary>Methods whose messages bring their buffers along.</summary>
internal static class CarriedMethod
{
    public static Method<Carried<TRequest>, Carried<TResponse>> Of<TRequest, TResponse>(Method<TRequest, TResponse> method)
        where TRequest : class
        where TResponse : class =>
        new(method.Type, method.ServiceName, method.Name, Marshal(method.RequestMarshaller), Marshal(method.ResponseMarshaller));

    private static Marshaller<Carried<T>> Marshal<T>(Marshaller<T> message)
        where T : class => new(
        (carried, context) => message.ContextualSerializer(
            carried.Message, carried.Buffers.Count == 0 ? context : new PrefixedSerialization(context, carried.Buffers)),
        context =>
        {
            var buffers = new List<CarriedBuffer>();
            var rest = BufferPrefix.Take(context.PayloadAsReadOnlySequence(), buffers);
            return new Carried<T>(message.ContextualDeserializer(new RestOfPayload(rest)), buffers);
        });
}
