namespace WinApi.Client.Command.Output;

/// <param name="Name">The full name of the service.</param>
/// <param name="Health">SERVING, NOT_SERVING or UNKNOWN (the host does not say).</param>
internal sealed record ServiceHealth(string Name, string Health);
