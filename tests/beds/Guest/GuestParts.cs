using WinApi.Beds.Tests.Device;
using WinApi.Beds.Tests.Setup;

namespace WinApi.Beds.Tests.Guest;

/// <summary>What must be built before a guest can boot.</summary>
/// <param name="Clients">The programs under test, for the guest.</param>
/// <param name="VsockDevice">The program that is the guest's vsock device.</param>
internal sealed record GuestParts(IReadOnlyList<string> Clients, string VsockDevice)
{
    public static async Task<GuestParts> MakeAsync(Timings timings)
    {
        var device = timings.MeasureAsync("vsock device: compile", Device.VsockDevice.BuildAsync);
        var client = await timings.MeasureAsync(
            "winapi for the guest: publish ahead of time", Publishing.NativeClientAsync);
        return new GuestParts([client, Publishing.TestClient], await device);
    }
}
