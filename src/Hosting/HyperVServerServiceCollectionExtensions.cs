using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using WinApi.Hosting;
using WinApi.Transport.HyperV;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds a server to a host.</summary>
public static class HyperVServerServiceCollectionExtensions
{
    /// <summary>
    /// Adds a <see cref="HyperVServer"/> that listens while the host runs, and lets running calls finish when it stops, for as long
    /// as the host's ShutdownTimeout allows. It logs to the host's loggers. There is one; a second call adds to its options.
    /// </summary>
    /// <param name="services">The services of the host.</param>
    /// <param name="configure">Sets options; null: all by default, listening on the default endpoint.</param>
    /// <returns>Takes the services that it serves.</returns>
    public static HyperVServerBuilder AddHyperVServer(
        this IServiceCollection services, Action<HyperVServerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<HyperVServerOptions>();
        if (configure is not null)
        {
            services.Configure(configure);
        }

        services.TryAddSingleton<HyperVServerHostedService>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, HyperVServerHostedService>(
            provider => provider.GetRequiredService<HyperVServerHostedService>()));
        return new HyperVServerBuilder(services);
    }
}
