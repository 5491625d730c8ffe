using WinApi.Transport.HyperV.Connections;
using WinApi.Transport.HyperV.Frames;

namespace WinApi.Transport.HyperV.Calls;

/// <summary>A method that the host serves.</summary>
internal abstract class ServerMethod
{
    /// <summary>The full name, <c>/package.Service/Method</c>.</summary>
    public abstract string Name { get; }

    /// <summary>How soon its handlers return.</summary>
    public WorkPace Pace { get; } = new();

    public abstract bool StreamsRequests { get; }

    public abstract bool StreamsResponses { get; }

    public abstract ServerCall BeginCall(HostConnection connection, CallHead head);
}
