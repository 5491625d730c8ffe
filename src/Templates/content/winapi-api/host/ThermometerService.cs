using Grpc.Core;
using Thermometer.V1;

namespace Thermometer.Host;

internal sealed class ThermometerService : V1.Thermometer.ThermometerBase
{
    public override Task<Reading> Read(ReadRequest request, ServerCallContext context) =>
        request.Sensor.Length > 0
            ? Task.FromResult(new Reading { Celsius = 20 + request.Sensor.Length })
            : throw new RpcException(new Status(StatusCode.InvalidArgument, "sensor is empty: name one"));

    public override async Task Watch(WatchRequest request, IServerStreamWriter<Reading> responseStream, ServerCallContext context)
    {
        for (var i = 0; i < request.Count; i++)
        {
            await responseStream.WriteAsync(new Reading { Celsius = 20 + i }, context.CancellationToken);
        }
    }
}
