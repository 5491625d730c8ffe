namespace WinApi.Client.Command.Output;

/// <param name="Status">The gRPC status in its standard spelling.</param>
/// <param name="Message">One line for a person.</param>
internal sealed record ErrorDetail(string Status, string Message);
