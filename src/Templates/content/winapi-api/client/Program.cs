using System.Globalization;
using Thermometer.V1;
using WinApi.Transport.HyperV;

// Connects where WINAPI_ENDPOINT says; without it in WSL2 to Windows, elsewhere to the socket that a host of this user opens.
using var channel = new HyperVChannel(new HyperVChannelOptions());
var thermometer = new Thermometer.V1.Thermometer.ThermometerClient(channel);
var reading = await thermometer.ReadAsync(new ReadRequest { Sensor = args.FirstOrDefault() ?? "cpu" });
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{reading.Celsius} degrees"));
