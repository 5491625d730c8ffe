namespace WinApi.Server.Hosting;

/// <summary>A setting has a value that cannot be used. The message is one line for a person.</summary>
internal sealed class SettingException(string message) : Exception(message);
