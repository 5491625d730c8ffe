using WinApi.Server.Hosting;

return await HostCommand.RunAsync(args);
