namespace WinApi.Transport.HyperV;

/// <summary>Another process already listens on the endpoint. The message names it and is fit to show to a person.</summary>
public sealed class EndpointInUseException : IOException
{
    /// <summary>Creates the exception with a message for a person.</summary>
    public EndpointInUseException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
