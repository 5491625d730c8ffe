using Microsoft.Extensions.DependencyInjection;

namespace WinApi.Server.Hosting;

/// <summary>What differs between the programs that run the host.</summary>
/// <param name="Name">The name of the executable; messages begin with it.</param>
internal sealed record HostProgram(string Name)
{
    /// <summary>
    /// The host itself: a console program, a Windows service of this name, or a service of systemd, depending on who
    /// starts it.
    /// </summary>
    public static HostProgram Service { get; } = new("WinAPIService");

    /// <summary>What its help says beyond what is true of the host.</summary>
    public string Help { get; init; } = "";

    /// <summary>Where it logs to when no setting names a file; null for nowhere.</summary>
    public string? LogFile { get; init; }

    /// <summary>Adds services of its own; they start when the host listens.</summary>
    public Action<IServiceCollection> AddServices { get; init; } = _ => { };
}
