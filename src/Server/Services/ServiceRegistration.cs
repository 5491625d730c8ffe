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
        apis.Add(Echo.Descriptor, new EchoService(options.MaxSendMessageBytes), Echo.BindService);
        apis.Add(BufferTest.Descriptor, new BufferTestService(), BufferTest.BindService);
        apis.Add(PerfTest.Descriptor, new PerfTestService(), PerfTest.BindService);
        apis.Add(Clipboard.Descriptor, new ClipboardService(), Clipboard.BindService);
        apis.Add(Secrets.Descriptor, new SecretsService(), Secrets.BindService);
        apis.Add(Screen.Descriptor, new ScreenService(), Screen.BindService);
        apis.Add(Registry.Descriptor, new RegistryService(), Registry.BindService);
    }
}
