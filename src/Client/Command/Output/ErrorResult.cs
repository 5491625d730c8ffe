namespace WinApi.Client.Command.Output;

/// <summary>An error as JSON: <c>{"error":{"status":"UNAVAILABLE","message":"..."}}</c>.</summary>
internal sealed record ErrorResult(ErrorDetail Error);
