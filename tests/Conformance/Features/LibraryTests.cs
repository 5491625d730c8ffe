using Grpc.Health.V1;
using Grpc.HealthCheck;
using Grpc.Reflection;
using Grpc.Reflection.V1Alpha;

namespace WinApi.Conformance.Tests;

public abstract class LibraryTests(Bed bed) : ConformanceTest(bed)
{
    [Fact]
    public async Task The_health_service_answers_checks()
    {
        var health = new HealthServiceImpl();
        var link = NotStarted();
        link.StartServer(server => Health.BindService(server.Services, health));
        health.SetStatus("winapi.conformance.TestService", HealthCheckResponse.Types.ServingStatus.Serving);
        var client = new Health.HealthClient(link.Channel);

        var known = await client.CheckAsync(new HealthCheckRequest { Service = "winapi.conformance.TestService" })
            .ResponseAsync.Soon("the check");

        known.Status.Should().Be(HealthCheckResponse.Types.ServingStatus.Serving);
        await client.CheckAsync(new HealthCheckRequest { Service = "unknown" })
            .ResponseAsync.FailsSoonWith(StatusCode.NotFound, "an unknown service");
    }

    [Fact]
    public async Task The_health_service_reports_changes_to_those_who_watch()
    {
        var health = new HealthServiceImpl();
        health.SetStatus("", HealthCheckResponse.Types.ServingStatus.Serving);
        var link = NotStarted();
        link.StartServer(server => Health.BindService(server.Services, health));
        using var watch = new Health.HealthClient(link.Channel).Watch(new HealthCheckRequest());

        (await watch.ResponseStream.MoveNext(Stop).Soon("the first state")).Should().BeTrue();
        watch.ResponseStream.Current.Status.Should().Be(HealthCheckResponse.Types.ServingStatus.Serving);
        health.SetStatus("", HealthCheckResponse.Types.ServingStatus.NotServing);
        (await watch.ResponseStream.MoveNext(Stop).Soon("the next state")).Should().BeTrue();
        watch.ResponseStream.Current.Status.Should().Be(HealthCheckResponse.Types.ServingStatus.NotServing);
    }

    [Fact]
    public async Task The_reflection_service_lists_services_and_gives_their_files()
    {
        var link = NotStarted();
        link.StartServer(server => ServerReflection.BindService(
            server.Services, new ReflectionServiceImpl(TestService.Descriptor, Health.Descriptor)));
        using var call = new ServerReflection.ServerReflectionClient(link.Channel).ServerReflectionInfo();

        var list = await Ask(new ServerReflectionRequest { ListServices = "" });
        var file = await Ask(new ServerReflectionRequest { FileContainingSymbol = "winapi.conformance.TestService" });

        list.ListServicesResponse.Service.Select(service => service.Name)
            .Should().BeEquivalentTo("winapi.conformance.TestService", "grpc.health.v1.Health");
        file.FileDescriptorResponse.FileDescriptorProto
            .Select(bytes => Google.Protobuf.Reflection.FileDescriptorProto.Parser.ParseFrom(bytes).Name)
            .Should().Contain("conformance.proto").And.Contain("winapi/buffer.proto");

        async Task<ServerReflectionResponse> Ask(ServerReflectionRequest request)
        {
            await call.RequestStream.WriteAsync(request).Soon("the question");
            (await call.ResponseStream.MoveNext(Stop).Soon("the answer")).Should().BeTrue();
            return call.ResponseStream.Current;
        }
    }
}
