using WinApi.Server.Agent;

return await AgentCommand.RunAsync(args);
