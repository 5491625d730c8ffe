using System.Globalization;

namespace WinApi.Benchmarks.Hosts;

/// <summary>The verb <c>host KIND SOCKET MESSAGE_BYTES</c>: serves until its standard input ends.</summary>
internal static class HostProgram
{
    public const string Verb = "host";

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is not [string kindText, string socketPath, string bytesText]
            || !Enum.TryParse(kindText, out HostKind kind)
            || !int.TryParse(bytesText, CultureInfo.InvariantCulture, out int messageBytes))
        {
            string kinds = string.Join('|', Enum.GetNames<HostKind>());
            await Console.Error.WriteLineAsync($"usage: Benchmarks {Verb} {kinds} SOCKET MESSAGE_BYTES");
            return 2;
        }

        await using IAsyncDisposable host = await StartAsync(kind, socketPath, messageBytes);
        Console.WriteLine(HostProcess.ReadyLine);

        // The parent closes the pipe, or dies and so closes it: either way the host ends.
        await Console.OpenStandardInput().CopyToAsync(Stream.Null);
        File.Delete(socketPath);
        return 0;
    }

    private static async Task<IAsyncDisposable> StartAsync(HostKind kind, string socketPath, int messageBytes) =>
        kind switch
        {
            HostKind.RawAsync => RawAsyncHost.Start(socketPath, messageBytes),
            HostKind.RawBlocking => RawBlockingHost.Start(socketPath, messageBytes),
            HostKind.AspNetCore => await AspNetCoreHost.StartAsync(socketPath),
            HostKind.Transport => TransportHost.Start(socketPath),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown kind of host."),
        };
}
