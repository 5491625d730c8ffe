using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using WinApi.Transport.Http2;

namespace WinApi.Conformance.Tests.Http2;

/// <summary>The test service on ASP.NET Core, on a loopback port of its own.</summary>
internal sealed class Http2Host : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly Http2ServiceBinder _binder;

    private Http2Host(WebApplication application, Http2ServiceBinder binder) => (_application, _binder) = (application, binder);

    public Uri Address => new(_application.Urls.Single());

    public static async Task<Http2Host> StartAsync(ScriptedService service, Action<Http2ServiceOptions>? change = null)
    {
        var options = new Http2ServiceOptions { BufferBytes = 8 << 20, LoggerFactory = new TestLog("http2") };
        change?.Invoke(options);
        var binder = new Http2ServiceBinder(options);
        TestService.BindService(binder, service);

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
            kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc(grpc => grpc.MaxReceiveMessageSize = grpc.MaxSendMessageSize = 64 << 20);
        var application = builder.Build();
        application.Urls.Add("http://127.0.0.1:0");
        application.MapGrpcService(binder.Build());
        await application.StartAsync(TestContext.Current.CancellationToken);
        return new Http2Host(application, binder);
    }

    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource(0);
        await _application.StopAsync(atOnce.Token);
        await _application.DisposeAsync();
        _binder.Dispose();
    }
}
