using Grpc.Core;
using WinApi.Transport.Http2.Carrying;
using WinApi.Transport.Http2.Server;
using WinApi.Transport.HyperV;
using WinApi.Transport.HyperV.Calls;
using WinApi.Transport.HyperV.Memory;

namespace WinApi.Transport.Http2;

/// <summary>
/// Takes what generated <c>BindService</c> methods bind, for a gRPC server on HTTP/2 such as ASP.NET Core's: map what
/// <see cref="Build"/> gives with <c>MapGrpcService</c>. Handlers open and rent buffers as on the Hyper-V transport.
/// Dispose it after the server has stopped.
/// </summary>
/// <param name="options">Who may call, and how much buffers may take.</param>
/// <exception cref="IOException">A token is required, and its file cannot be made or read.</exception>
public sealed class Http2ServiceBinder(Http2ServiceOptions options) : ServiceBinderBase, IDisposable
{
    private readonly ServerServiceDefinition.Builder _definition = ServerServiceDefinition.CreateBuilder();
    private readonly Admission _admission = new(options);
    private readonly RentedBuffers _rented = new(options.BufferBytes);
    private readonly BorrowQuota _lent = new(options.BufferBytes);

    /// <summary>All that was bound.</summary>
    public ServerServiceDefinition Build() => _definition.Build();

    /// <summary>Ends the log of refusals, which tells what it has left out.</summary>
    public void Dispose() => _admission.Dispose();

    /// <inheritdoc/>
    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        _definition.AddMethod(CarriedMethod.Of(method), async (request, context) =>
        {
            using var buffers = Begin(context);
            return buffers.Carry(await handler(buffers.Receive(request), context).ConfigureAwait(false));
        });
    }

    /// <inheritdoc/>
    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        _definition.AddMethod(CarriedMethod.Of(method), async (requests, context) =>
        {
            using var buffers = Begin(context);
            var reader = new CarriedStreamReader<TRequest>(requests, buffers.Receive);
            return buffers.Carry(await handler(reader, context).ConfigureAwait(false));
        });
    }

    /// <inheritdoc/>
    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        _definition.AddMethod(CarriedMethod.Of(method), async (request, responses, context) =>
        {
            using var buffers = Begin(context);
            var writer = new CarriedStreamWriter<TResponse>(responses, buffers.Carry);
            await handler(buffers.Receive(request), writer, context).ConfigureAwait(false);
        });
    }

    /// <inheritdoc/>
    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        _definition.AddMethod(CarriedMethod.Of(method), async (requests, responses, context) =>
        {
            using var buffers = Begin(context);
            var reader = new CarriedStreamReader<TRequest>(requests, buffers.Receive);
            var writer = new CarriedStreamWriter<TResponse>(responses, buffers.Carry);
            await handler(reader, writer, context).ConfigureAwait(false);
        });
    }

    private Http2CallBuffers Begin(ServerCallContext context)
    {
        _admission.Check(context);
        var buffers = new Http2CallBuffers(_rented, _lent, context.CancellationToken);
        context.UserState[typeof(ICallBuffers)] = buffers;
        return buffers;
    }
}
