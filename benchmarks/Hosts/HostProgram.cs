using WinApi.Benchmarks.Processes;

namespace WinApi.Benchmarks.Hosts;

/// <summary>
/// The verb <c>host KIND FOLDER</c>: says where it listens beside the socket in the folder, if anywhere, then serves and
/// answers questions until its standard input ends.
/// </summary>
internal static class HostProgram
{
    public const string Verb = "host";

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is not [string kindText, string path] || !Enum.TryParse(kindText, out HostKind kind))
        {
            string kinds = string.Join('|', Enum.GetNames<HostKind>());
            await Console.Error.WriteLineAsync($"usage: Benchmarks {Verb} {kinds} FOLDER");
            return 2;
        }

        await using IAsyncDisposable host = await StartAsync(kind, new HostFolder(path));
        Console.WriteLine((host as TransportHost)?.TcpEndpoint);

        // The parent closes the pipe, or dies and so closes it: either way the host ends.
        while (await Console.In.ReadLineAsync() is { } question)
        {
            Console.WriteLine(question == HostProcess.UsageQuestion ? ProcessUsage.OfThisProcess().ToLine() : "what?");
        }

        return 0;
    }

    private static async Task<IAsyncDisposable> StartAsync(HostKind kind, HostFolder folder) =>
        kind switch
        {
            HostKind.RawAsync => RawAsyncHost.Start(folder.Socket),
            HostKind.RawBlocking => RawBlockingHost.Start(folder.Socket, RawWait.Receive),
            HostKind.RawPolling => RawBlockingHost.Start(folder.Socket, RawWait.Poll),
            HostKind.RawStream => RawStreamHost.Start(folder.Socket),
            HostKind.SpinningMemory => SpinningMemoryHost.Start(folder.SharedFile),
            HostKind.AspNetCore => await AspNetCoreHost.StartAsync(folder.Socket),
            HostKind.StreamJsonRpc => StreamJsonRpcHost.Start(folder.Socket),
            HostKind.Transport => TransportHost.Start(folder.Socket, sharedFile: null),
            HostKind.TransportWithFile => TransportHost.Start(folder.Socket, folder.SharedFile),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown kind of host."),
        };
}
