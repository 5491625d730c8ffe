using System.Net.Sockets;
using WinApi.Benchmarks.Measuring;

namespace WinApi.Benchmarks.Hosts;

/// <summary>The floor for blocking programs: fixed-length messages on a Unix socket, a thread for each client.</summary>
internal sealed class RawBlockingHost : IAsyncDisposable
{
    private readonly Socket _listener;
    private readonly RawWait _wait;

    private RawBlockingHost(Socket listener, RawWait wait)
    {
        _listener = listener;
        _wait = wait;
    }

    public static RawBlockingHost Start(string socketPath, RawWait wait)
    {
        var host = new RawBlockingHost(RawListener.Open(socketPath), wait);
        StartThread(host.Accept);
        return host;
    }

    public ValueTask DisposeAsync()
    {
        _listener.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Accept()
    {
        try
        {
            while (true)
            {
                Socket connection = _listener.Accept();
                StartThread(() => Serve(connection));
            }
        }
        catch (SocketException)
        {
            // The host ends.
        }
    }

    private void Serve(Socket connection)
    {
        using (connection)
        {
            Span<byte> length = stackalloc byte[RawMessages.LengthBytes];
            if (!connection.TryReceiveAll(length, _wait))
            {
                return;
            }

            byte[] message = new byte[RawMessages.ReadLength(length)];
            while (connection.TryReceiveAll(message, _wait))
            {
                PayloadBytes.Write(message, PayloadBytes.ReadRequest(message));
                connection.SendAll(message);
            }
        }
    }

    private static void StartThread(ThreadStart run) =>
        new Thread(run) { IsBackground = true, Name = "raw blocking host" }.Start();
}
