using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;
using WinApi.Transport.HyperV.Endpoints;

namespace WinApi.Transport.HyperV;

/// <summary>A Unix socket: the default wherever there is no hypervisor between the two sides.</summary>
internal sealed class UnixEndpoint(string path) : TransportEndpoint
{
    /// <summary>Of the socket's file.</summary>
    public string FilePath => path;

    // sun_path holds 108 bytes with its terminating zero (unix(7); Windows' afunix.h says the same).
    private const int MaxPathBytes = 107;

    internal override bool PassesDescriptors => OperatingSystem.IsLinux();

    internal override bool IsLoopback => true;

    internal override string Diagnose(Exception failure)
    {
        if (!File.Exists(path))
        {
            return $"there is no such socket: start the host (WinAPIService --endpoint {this}), or name its endpoint with "
                + $"--endpoint or {EnvironmentVariable}";
        }

        return failure is SocketException { SocketErrorCode: SocketError.ConnectionRefused }
            ? $"the socket file is there but nobody listens on it: start the host (WinAPIService --endpoint {this})"
            : $"{failure.Message}; check that the host runs and that this user may use the socket file";
    }

    public static string? TryParse(string text, out TransportEndpoint? endpoint)
    {
        endpoint = null;
        const string prefix = "unix://";
        if (!text.StartsWith(prefix, StringComparison.Ordinal))
        {
            return "'unix:' must be followed by '//' and an absolute path";
        }

        var path = Uri.UnescapeDataString(text[prefix.Length..]);
        if (OperatingSystem.IsWindows() && path.StartsWith('/'))
        {
            path = path[1..]; // unix:///C:/folder/name.sock
        }

        if (!Path.IsPathFullyQualified(path) || path.EndsWith('/'))
        {
            return "the path must be absolute and name a file (three slashes: unix:///path/to.sock)";
        }

        var length = Encoding.UTF8.GetByteCount(path);
        if (length > MaxPathBytes)
        {
            return $"the path has {length} bytes and a socket's path may have {MaxPathBytes}";
        }

        endpoint = new UnixEndpoint(path);
        return null;
    }

    /// <summary><c>$XDG_RUNTIME_DIR/winapi/winapi.sock</c>, or the same under a folder of this user's.</summary>
    public static UnixEndpoint UserDefault()
    {
        var runtime = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");
        var folder = OperatingSystem.IsWindows()
            ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "winapi")
            : string.IsNullOrEmpty(runtime) ? $"/tmp/winapi-{Environment.UserName}" : Path.Combine(runtime, "winapi");
        return new UnixEndpoint(Path.Combine(folder, "winapi.sock"));
    }

    internal override async ValueTask<Socket> ConnectAsync(CancellationToken cancellationToken)
    {
        var socket = NewSocket();
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    internal override EndpointListener Listen(int backlog, ILogger logger)
    {
        Socket? socket = null;
        try
        {
            CreateFolder();
            RemoveStaleSocket();
            socket = NewSocket();
            socket.Bind(new UnixDomainSocketEndPoint(path));
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }

            socket.Listen(backlog);
            return new SocketListener(socket, this); // closing the socket removes its file
        }
        catch (Exception e) when (e is SocketException or UnauthorizedAccessException or DirectoryNotFoundException)
        {
            socket?.Dispose();
            throw new IOException(
                $"cannot listen on {this}: {e.Message}; choose a path in a folder where this user may create files", e);
        }
    }

    public override string ToString() =>
        "unix://" + (path.StartsWith('/') ? path : "/" + path.Replace('\\', '/')).Replace("%", "%25", StringComparison.Ordinal);

    private static Socket NewSocket() => new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    /// <summary>A folder made here is for its owner alone; one that exists is left as it is.</summary>
    private void CreateFolder()
    {
        var folder = Path.GetDirectoryName(path)!;
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>A host that was killed leaves its socket file: it is removed if nobody answers on it.</summary>
    private void RemoveStaleSocket()
    {
        if (!File.Exists(path))
        {
            return;
        }

        using var probe = NewSocket();
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            RefuseOrdinaryFile();
            File.Delete(path);
            return;
        }

        throw new EndpointInUseException($"another host already listens on {this}: stop it, or choose another path");
    }

    /// <summary>A connect to an ordinary file is refused like one to a dead socket, but only a socket can't be opened.</summary>
    private void RefuseOrdinaryFile()
    {
        try
        {
            File.OpenHandle(path).Dispose();
        }
        catch (IOException)
        {
            return;
        }

        throw new IOException($"cannot listen on {this}: there is a file of that name that is not a socket");
    }
}
