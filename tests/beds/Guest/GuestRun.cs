using System.Globalization;
using WinApi.Beds.Tests.Setup;

namespace WinApi.Beds.Tests.Guest;

/// <summary>What a guest left that ran all its checks.</summary>
/// <param name="Results">The folder with their output.</param>
/// <param name="Booted">When the checks began, after the kernel's start.</param>
/// <param name="Finished">When they were done.</param>
/// <param name="Connections">What the vsock device said, one line a connection.</param>
internal sealed record GuestRun(
    string Results, TimeSpan Booted, TimeSpan Finished, IReadOnlyList<string> Connections)
{
    /// <summary>What checks.sh has left of a check.</summary>
    public ProgramResult Check(string name) => new(
        int.Parse(Text(name, "code"), CultureInfo.InvariantCulture), Text(name, "out"), Text(name, "err"));

    private string Text(string name, string kind) => File.ReadAllText(Path.Combine(Results, $"{name}.{kind}"));
}
