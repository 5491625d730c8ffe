namespace WinApi.Soak.Program;

/// <summary>The host: serves until its standard input ends.</summary>
internal static class HostRole
{
    public static async Task RunAsync(string socketPath)
    {
        var options = new HyperVServerOptions
        {
            HeartbeatInterval = TimeSpan.FromSeconds(1),
            HeartbeatTimeout = TimeSpan.FromSeconds(2),
        };
        options.Endpoints.Add(TransportEndpoint.Parse($"unix://{socketPath}"));
        await using var server = new HyperVServer(options);
        Schema.Soak.BindService(server.Services, new SoakService());
        server.Start();
        Console.Out.WriteLine("listening");
        while (await Console.In.ReadLineAsync() is { } word)
        {
            Console.Out.WriteLine(Measures.Line(word, server.ConnectionCount));
        }
    }
}
