using Grpc.Core;

namespace WinApi.Transport.HyperV.Calls;

/// <summary>Asks the credentials of a call for the metadata they add to it.</summary>
internal static class CallCredentialsMetadata
{
    /// <returns>What to send: the caller's metadata, with that of the credentials after it.</returns>
    /// <exception cref="RpcException">UNAUTHENTICATED: an interceptor of the credentials failed.</exception>
    public static async Task<Metadata?> AddAsync(
        CallCredentials? credentials, Metadata? headers, string endpoint, string method, CancellationToken cancellationToken)
    {
        if (credentials is null)
        {
            return headers;
        }

        var added = new Metadata();
        foreach (var entry in headers ?? Metadata.Empty)
        {
            added.Add(entry);
        }

        var interceptors = new List<AsyncAuthInterceptor>();
        credentials.InternalPopulateConfiguration(new Configurator(), interceptors);
        var names = method.Split('/');
        var context = new AuthInterceptorContext($"{endpoint}/{names[1]}", names[^1], cancellationToken);
        foreach (var interceptor in interceptors)
        {
            try
            {
                await interceptor(context, added).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not (RpcException or OperationCanceledException))
            {
                throw new RpcException(new Status(StatusCode.Unauthenticated, $"the credentials of the call failed: {e.Message}", e));
            }
        }

        return added;
    }

    private sealed class Configurator : CallCredentialsConfiguratorBase
    {
        public override void SetAsyncAuthInterceptorCredentials(object? state, AsyncAuthInterceptor interceptor) =>
            ((List<AsyncAuthInterceptor>)state!).Add(interceptor);

        public override void SetCompositeCredentials(object? state, IReadOnlyList<CallCredentials> credentials)
        {
            foreach (var part in credentials)
            {
                part.InternalPopulateConfiguration(this, state!);
            }
        }
    }
}
