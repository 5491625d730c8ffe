using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Thermometer.Host;

// Listens where WINAPI_ENDPOINT says; without it on Windows for the VM of WSL2, elsewhere on a socket of this user.
var builder = Host.CreateApplicationBuilder(args);
builder.Services.AddHyperVServer().AddService<ThermometerService>();
await builder.Build().RunAsync();
