using WinApi.V1;

namespace WinApi.Client.Command.Output.Windows;

/// <summary>A monitor, in pixels of the virtual screen.</summary>
internal sealed record MonitorResult(string Name, int Left, int Top, uint Width, uint Height, bool Primary)
{
    public static MonitorResult Of(V1.Monitor monitor) => new(
        monitor.Name, monitor.Region.Left, monitor.Region.Top, monitor.Region.Width, monitor.Region.Height, monitor.Primary);

    public override string ToString() => $"{Name}: {Width} x {Height} at ({Left}, {Top}){(Primary ? ", primary" : string.Empty)}";
}
