namespace WinApi.Beds.Tests.Guest;

/// <summary>What a guest left that ran all its checks.</summary>
/// <param name="Results">The folder with their output.</param>
/// <param name="Booted">When the checks began, after the kernel's start.</param>
/// <param name="Finished">When they were done.</param>
internal sealed record GuestRun(string Results, TimeSpan Booted, TimeSpan Finished)
{
    public CheckResult Check(string name) => CheckResult.Read(Results, name);
}
