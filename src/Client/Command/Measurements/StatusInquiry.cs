using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Reflection.V1;
using WinApi.Client.Command.CommandLine;
using WinApi.Client.Command.Output;

namespace WinApi.Client.Command.Measurements;

/// <summary>Asks the host what it is and how it is.</summary>
internal static class StatusInquiry
{
    private const string Unknown = "UNKNOWN";

    public static async Task<CommandResult> RunAsync(CommandContext context)
    {
        var connection = context.Client.Channel.Connection;
        var health = new Health.HealthClient(context.Client.Channel);
        var services = new List<ServiceHealth>();
        foreach (var name in await ListServicesAsync(context))
        {
            services.Add(new ServiceHealth(name, await CheckAsync(context, health, name)));
        }

        var overall = await CheckAsync(context, health, "");
        return new StatusResult(
            context.Connection,
            connection?.PeerAgent,
            connection?.ProtocolVersion,
            connection?.SessionId,
            connection?.RequestRegionBytes,
            connection?.ResponseRegionBytes,
            (long)context.ConnectTime.TotalNanoseconds,
            await RoundTripTest.RunAsync(context),
            overall,
            services);
    }

    private static async Task<string> CheckAsync(CommandContext context, Health.HealthClient health, string service)
    {
        try
        {
            var reply = await health.CheckAsync(new HealthCheckRequest { Service = service }, context.CallOptions);
            return reply.Status == HealthCheckResponse.Types.ServingStatus.Serving ? "SERVING" : "NOT_SERVING";
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.Unimplemented or StatusCode.NotFound)
        {
            return Unknown;
        }
    }

    /// <summary>The names of the host's own services; those that every host has are left out.</summary>
    private static async Task<IReadOnlyList<string>> ListServicesAsync(CommandContext context)
    {
        using var call = new ServerReflection.ServerReflectionClient(context.Client.Channel)
            .ServerReflectionInfo(context.CallOptions);
        try
        {
            await call.RequestStream.WriteAsync(new ServerReflectionRequest { ListServices = "" });
            await call.RequestStream.CompleteAsync();
            var names = new List<string>();
            while (await call.ResponseStream.MoveNext(context.CancellationToken))
            {
                names.AddRange(call.ResponseStream.Current.ListServicesResponse?.Service.Select(service => service.Name) ?? []);
            }

            return names.Where(name => !name.StartsWith("grpc.", StringComparison.Ordinal)).Order().ToList();
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Unimplemented)
        {
            return []; // a host without reflection
        }
    }
}
