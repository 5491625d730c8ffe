using WinApi.Benchmarks.CommandLine;
using WinApi.Benchmarks.Hosts;

if (args is [HostProgram.Verb, .. string[] hostArguments])
{
    return await HostProgram.RunAsync(hostArguments);
}

if (!BenchmarkOptions.TryParse(args, out BenchmarkOptions? options, out string? error))
{
    await Console.Error.WriteLineAsync(error);
    return 2;
}

return BenchmarkProgram.Run(options);
