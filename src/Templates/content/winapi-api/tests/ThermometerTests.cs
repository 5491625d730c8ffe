using Grpc.Core;
using Thermometer.V1;
using WinApi.Transport.HyperV;

namespace Thermometer.Tests;

/// <summary>The service behind a real socket of its own.</summary>
public sealed class ThermometerTests : IAsyncLifetime
{
    private readonly string _socket = Path.Combine(Directory.CreateTempSubdirectory("thermometer-").FullName, "host.sock");
    private HyperVServer? _host;
    private HyperVChannel? _channel;

    private V1.Thermometer.ThermometerClient Client => new(_channel);

    public ValueTask InitializeAsync()
    {
        var endpoint = TransportEndpoint.Parse($"unix://{_socket}");
        _host = new HyperVServer(new HyperVServerOptions { Endpoints = { endpoint } });
        V1.Thermometer.BindService(_host.Services, new Host.ThermometerService());
        _host.Start();
        _channel = new HyperVChannel(new HyperVChannelOptions { Endpoint = endpoint });
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _channel!.DisposeAsync();
        await _host!.DisposeAsync();
    }

    [Fact]
    public async Task A_sensor_is_read()
    {
        var reading = await Client.ReadAsync(
            new ReadRequest { Sensor = "cpu" }, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(23, reading.Celsius);
    }

    [Fact]
    public async Task A_sensor_without_a_name_is_refused()
    {
        var failure = await Assert.ThrowsAsync<RpcException>(() => Client.ReadAsync(new ReadRequest()).ResponseAsync);

        Assert.Equal(StatusCode.InvalidArgument, failure.StatusCode);
    }
}
