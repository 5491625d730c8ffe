using System.Diagnostics.CodeAnalysis;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using WinApi.Hosting;
using WinApi.Transport.Http2;
using WinApi.Transport.HyperV;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds clients to a host.</summary>
public static class HyperVClientServiceCollectionExtensions
{
    /// <summary>
    /// Adds a generated client. All that are added so share one <see cref="BufferChannel"/>, a service too, which connects with the
    /// first call; <c>services.Configure&lt;HyperVChannelOptions&gt;(...)</c> sets its options. Where they name no endpoint, the one in
    /// <c>WINAPI_ENDPOINT</c> counts, which may be an <c>http://</c> or <c>https://</c> address of gRPC.
    /// </summary>
    /// <typeparam name="TClient">Such as <c>Echo.EchoClient</c>. One instance, safe for use by many threads.</typeparam>
    public static IServiceCollection AddHyperVClient<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TClient>(this IServiceCollection services)
        where TClient : ClientBase<TClient>
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<HyperVChannelOptions>();
        services.TryAddSingleton(provider => NewChannel(provider, provider.GetRequiredService<IOptions<HyperVChannelOptions>>().Value));
        services.TryAddSingleton(provider => NewClient<TClient>(provider.GetRequiredService<BufferChannel>()));
        return services;
    }

    /// <summary>Adds a generated client that has a channel of its own, to another host say.</summary>
    /// <typeparam name="TClient">Such as <c>Echo.EchoClient</c>. One instance, safe for use by many threads.</typeparam>
    /// <param name="services">The services of the host.</param>
    /// <param name="configure">Sets the options of its channel.</param>
    public static IServiceCollection AddHyperVClient<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TClient>(
        this IServiceCollection services, Action<HyperVChannelOptions> configure)
        where TClient : ClientBase<TClient>
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.TryAddSingleton(provider =>
        {
            var options = new HyperVChannelOptions();
            configure(options);
            return new OwnChannel<TClient>(NewChannel(provider, options));
        });
        services.TryAddSingleton(provider => NewClient<TClient>(provider.GetRequiredService<OwnChannel<TClient>>().Channel));
        return services;
    }

    private static BufferChannel NewChannel(IServiceProvider provider, HyperVChannelOptions options)
    {
        options.LoggerFactory ??= provider.GetService<ILoggerFactory>();
        return WinApiChannel.Open(endpoint: null, options);
    }

    private static TClient NewClient<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TClient>(
        BufferChannel channel)
        where TClient : ClientBase<TClient> => (TClient)Activator.CreateInstance(typeof(TClient), channel.CreateCallInvoker())!;
}
