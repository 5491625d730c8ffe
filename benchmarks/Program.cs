using WinApi.Benchmarks.CommandLine;
using WinApi.Benchmarks.Hosts;
using WinApi.Benchmarks.Rounds;

switch (args)
{
    case [HostProgram.Verb, .. string[] hostArguments]:
        return await HostProgram.RunAsync(hostArguments);
    case [RowProgram.Verb]:
        return RowProgram.Run();
}

if (!BenchmarkOptions.TryParse(args, out BenchmarkOptions? options, out string? error))
{
    await Console.Error.WriteLineAsync(error);
    return 2;
}

return BenchmarkProgram.Run(options);
