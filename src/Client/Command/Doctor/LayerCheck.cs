namespace WinApi.Client.Command.Doctor;

/// <summary>Looks at one layer between this program and a host. Those below it have not failed.</summary>
internal abstract class LayerCheck
{
    /// <summary>As printed and as JSON has it.</summary>
    public abstract string Name { get; }

    public abstract Task<Finding> RunAsync(Examination examination);
}
