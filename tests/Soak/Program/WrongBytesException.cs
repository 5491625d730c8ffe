namespace WinApi.Soak.Program;

/// <summary>Bytes came that nobody sent.</summary>
internal sealed class WrongBytesException(string message) : Exception(message);
