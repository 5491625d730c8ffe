using WinApi.Benchmarks.CommandLine;
using WinApi.Benchmarks.Hosts;
using WinApi.Benchmarks.Processes;
using WinApi.Benchmarks.Rounds;

switch (args)
{
    case [HostProgram.Verb, .. string[] hostArguments]:
        _ = ChildProcess.EndWithParentAlone();
        return await HostProgram.RunAsync(hostArguments);
    case [RowProgram.Verb]:
        _ = ChildProcess.EndWithParentAlone();
        return RowProgram.Run();
}

if (!BenchmarkOptions.TryParse(args, out BenchmarkOptions? options, out string? error))
{
    await Console.Error.WriteLineAsync(error);
    return 2;
}

return BenchmarkProgram.Run(options);
