using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using WinApi.Server.Http2;
using WinApi.Server.Services;
using WinApi.Transport.HyperV;

namespace WinApi.Server.Hosting;

/// <summary>Puts the host together and runs it.</summary>
internal static class HostProcess
{
    // Beyond the time for running calls: for closing connections and removing sockets.
    private static readonly TimeSpan ClosingTime = TimeSpan.FromSeconds(10);

    /// <summary>Runs until the process is told to stop. Returns the exit code.</summary>
    /// <param name="program">Which program this is.</param>
    /// <param name="commandLine">Values by the names of <see cref="HostSettings"/>.</param>
    /// <exception cref="SettingException">A setting is unknown or has a bad value.</exception>
    public static async Task<int> RunAsync(HostProgram program, IReadOnlyDictionary<string, string> commandLine)
    {
        var builder = Host.CreateEmptyApplicationBuilder(
            new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
        var options = ReadOptions(builder, program, commandLine);
        HostLogging.Configure(builder.Logging, builder.Configuration, options);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton<HostHealthService>();
        builder.Services.AddSingleton(NewApis);
        builder.Services.AddSingleton(NewServer);
        builder.Services.AddHostedService<TransportHostedService>();
        if (options.GrpcUrl is not null)
        {
            builder.Services.AddHostedService<GrpcEndpoint>();
        }

        program.AddServices(builder.Services);
        builder.Services.Configure<HostOptions>(host =>
        {
            host.ShutdownTimeout = options.ShutdownTimeout + ClosingTime;
            host.ServicesStopConcurrently = true;
        });
        builder.Services.Configure<ConsoleLifetimeOptions>(console => console.SuppressStatusMessages = true);
        AddServiceManager(builder.Services);

        using var host = builder.Build();
        try
        {
            await host.StartAsync();
        }
        catch (IOException e)
        {
            StartFailure.Report(program, host.Services.GetRequiredService<ILoggerFactory>(), e.Message);
            if (WindowsService.IsThisProcess)
            {
                await WindowsService.FailAsync(host.Services, e);
            }

            return ExitCode.CouldNotRun;
        }

        await host.WaitForShutdownAsync();
        return ExitCode.Stopped;
    }

    /// <summary>Without a service manager the host stays a console program.</summary>
    private static void AddServiceManager(IServiceCollection services)
    {
        services.AddSystemd();
        if (WindowsService.IsThisProcess)
        {
            WindowsService.AddLifetime(services);
        }
    }

    private static WinApiHostOptions ReadOptions(
        HostApplicationBuilder builder, HostProgram program, IReadOnlyDictionary<string, string> commandLine)
    {
        try
        {
            HostConfiguration.AddSources(builder.Configuration, builder.Environment.EnvironmentName, commandLine);
        }
        catch (InvalidDataException e)
        {
            throw new SettingException($"{e.Message} {e.InnerException?.Message}".ReplaceLineEndings(" "));
        }

        return HostOptionsReader.Read(builder.Configuration, program);
    }

    private static ApiRegistry NewApis(IServiceProvider services)
    {
        var apis = new ApiRegistry();
        ServiceRegistration.AddApis(apis, services.GetRequiredService<WinApiHostOptions>().Transport);
        var health = services.GetRequiredService<HostHealthService>();
        foreach (var api in apis.Descriptors)
        {
            health.Know(api.FullName);
        }

        return apis;
    }

    private static HyperVServer NewServer(IServiceProvider services)
    {
        var options = services.GetRequiredService<WinApiHostOptions>().Transport;
        options.LoggerFactory = services.GetRequiredService<ILoggerFactory>();
        var server = new HyperVServer(options);
        var apis = services.GetRequiredService<ApiRegistry>();
        apis.BindTo(server.Services);
        StandardServices.Bind(server.Services, apis.Descriptors, services.GetRequiredService<HostHealthService>());
        return server;
    }
}
