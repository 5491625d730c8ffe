using System.Diagnostics;
using System.Text.Json;

/// One run of a client program with --json: what it said, and how long the process lived.
record ClientCommand(string CommandLine, JsonElement Reply, TimeSpan Took)
{
    public static async Task<ClientCommand> RunAsync(string program, string endpoint, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments.Append("--json"))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["WINAPI_ENDPOINT"] = endpoint;

        string commandLine = string.Join(' ', arguments.Select(Quoted).Prepend(System.IO.Path.GetFileNameWithoutExtension(program)));
        var clock = Stopwatch.StartNew();
        using Process process = Process.Start(start);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        TimeSpan took = clock.Elapsed;

        if (process.ExitCode != 0)
        {
            string said = $"{(await output).Trim()} {(await errors).Trim()}".Trim();
            throw new CakeException($"'{commandLine}' ended with exit code {process.ExitCode}: {said}");
        }

        using JsonDocument reply = JsonDocument.Parse(await output);
        return new ClientCommand(commandLine, reply.RootElement.Clone(), took);
    }

    private static string Quoted(string argument) => argument.Contains(' ') ? $"\"{argument}\"" : argument;
}
