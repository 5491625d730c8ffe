using System.Net.Sockets;
using WinApi.Benchmarks.Measuring;

namespace WinApi.Benchmarks.Hosts;

/// <summary>The floor for blocking programs: fixed-length messages on a Unix socket, nothing else.</summary>
internal sealed class RawBlockingHost : IAsyncDisposable
{
    private readonly Socket _listener;

    private RawBlockingHost(Socket listener) => _listener = listener;

    public static RawBlockingHost Start(string socketPath, int messageBytes)
    {
        var host = new RawBlockingHost(RawListener.Open(socketPath));
        new Thread(() => host.Serve(messageBytes)) { IsBackground = true, Name = "raw blocking host" }.Start();
        return host;
    }

    public ValueTask DisposeAsync()
    {
        _listener.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Serve(int messageBytes)
    {
        using Socket connection = _listener.Accept();
        byte[] message = new byte[messageBytes];
        while (connection.TryReceiveAll(message))
        {
            PayloadBytes.Write(message, PayloadBytes.ReadRequest(message));
            connection.SendAll(message);
        }
    }
}
