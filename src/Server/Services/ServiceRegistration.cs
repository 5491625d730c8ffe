using WinApi.Transport.HyperV;
using WinApi.Server.Services.Windows.Clipboard;
using WinApi.Server.Services.Windows.Registry;
using WinApi.Server.Services.Windows.Screen;
using WinApi.Server.Services.Windows.Secrets;
using WinApi.V1;

namespace WinApi.Server.Services;

/// <summary>The APIs of this host. To add one: implement the base class generated from its .proto, add a line here.</summary>
internal static class ServiceRegistration
{
    /// <summary>Adds every API. Health and reflection learn of them by themselves.</summary>
    public static void AddApis(ApiRegistry apis, HyperVServerOptions options)
    {
        apis.Add(Echo.Descriptor, binder => Echo.BindService(binder, new EchoService(options.MaxSendMessageBytes)));
        apis.Add(BufferTest.Descriptor, binder => BufferTest.BindService(binder, new BufferTestService()));
        apis.Add(PerfTest.Descriptor, binder => PerfTest.BindService(binder, new PerfTestService()));
        apis.Add(Clipboard.Descriptor, binder => Clipboard.BindService(binder, new ClipboardService()));
        apis.Add(Secrets.Descriptor, binder => Secrets.BindService(binder, new SecretsService()));
        apis.Add(Screen.Descriptor, binder => Screen.BindService(binder, new ScreenService()));
        apis.Add(Registry.Descriptor, binder => Registry.BindService(binder, new RegistryService()));
    }
}
