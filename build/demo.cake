using System.Diagnostics;
using System.IO;
using IO = System.IO;

/// A host process and a client process for each call, over a fresh socket; then one table of what came back.
class Demo
{
    private static readonly (string[] Arguments, Func<JsonElement, IEnumerable<string>> Read)[] Calls =
    {
        (new[] { "status" }, DemoReplies.Status),
        (new[] { "echo", "Hello Windows!" }, DemoReplies.Echo("Hello Windows!")),
        (new[] { "buffer", "--size", "1MiB", "--op", "write" }, DemoReplies.Buffer),
        (new[] { "buffer", "--size", "1MiB", "--op", "checksum" }, DemoReplies.Buffer),
        (new[] { "perf", "latency" }, DemoReplies.Latency),
        (new[] { "perf", "throughput", "--size", "100MiB" }, DemoReplies.Throughput),
    };

    private readonly Layout _layout;
    private readonly Table _table = new("process", "what came back", "it took");

    public Demo(Layout layout) => _layout = layout;

    public async Task RunAsync()
    {
        DirectoryInfo folder = IO.Directory.CreateTempSubdirectory("winapi-demo-");
        try
        {
            await RunAsync("unix://" + new Uri(IO.Path.Combine(folder.FullName, "winapi.sock")).AbsolutePath);
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        Console.WriteLine();
        Console.WriteLine(_table);
    }

    private async Task RunAsync(string endpoint)
    {
        Console.WriteLine($"Running the demo: one host, {(NativeBuild.IsWanted ? "six clients in C# and one in C" : "six clients")}");
        var clock = Stopwatch.StartNew();
        using HostProcess host = await HostProcess.StartAsync(
            _layout.Host, endpoint, IO.Path.Combine(_layout.LogFolder, "demo-host.log"));
        AddRow("WinAPIService --endpoint ...", clock.Elapsed, $"process {host.Id} listens on {host.Endpoint}");

        foreach (var (arguments, read) in Calls)
        {
            ClientCommand command = await ClientCommand.RunAsync(_layout.Client, host.Endpoint, arguments);
            AddRow(command.CommandLine, command.Took, read(command.Reply).ToArray());
        }

        if (NativeBuild.IsWanted)
        {
            ClientCommand inC = await ClientCommand.RunAsync(_layout.TestClient, host.Endpoint, "--integration");
            AddRow(inC.CommandLine, inC.Took, DemoReplies.Integration(inC.Reply).ToArray());
        }

        clock.Restart();
        int exitCode = await host.StopAsync();
        AddRow("WinAPIService, asked to stop", clock.Elapsed, $"exit code {exitCode}");
        if (exitCode != 0)
        {
            throw new CakeException($"The host ended with exit code {exitCode}; its log: {host.LogPath}");
        }
    }

    private void AddRow(string process, TimeSpan took, params string[] lines)
    {
        _table.Add(process, lines[0], Quantity.Time(took.TotalNanoseconds));
        foreach (string line in lines.Skip(1))
        {
            _table.Add("", line, "");
        }
    }
}
