using WinApi.Client.Command.CommandLine;

return await WinApiCommandLine.RunAsync(args);
