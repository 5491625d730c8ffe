using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WinApi.Benchmarks.Services;

namespace WinApi.Benchmarks.Hosts;

/// <summary>
/// The peer: Grpc.AspNetCore on Kestrel and a Unix socket, as its documentation sets it up, with message limits lifted.
/// </summary>
internal static class AspNetCoreHost
{
    public static async Task<IAsyncDisposable> StartAsync(string socketPath)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.ListenUnixSocket(socketPath, listen => listen.Protocols = HttpProtocols.Http2);
        });
        builder.Services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = null;
            grpc.MaxSendMessageSize = null;
        });
        builder.Services.AddSingleton<EchoService>();
        builder.Services.AddSingleton<ExchangeService>();
        builder.Services.AddSingleton<StreamService>();

        WebApplication application = builder.Build();
        application.MapGrpcService<EchoService>();
        application.MapGrpcService<ExchangeService>();
        application.MapGrpcService<StreamService>();
        await application.StartAsync();
        return application;
    }
}
