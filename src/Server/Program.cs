using WinApi.Server.Hosting;

return await HostCommand.RunAsync(HostProgram.Service, args);
