namespace WinApi.Conformance.Tests;

public abstract class CallCredentialsTests(Bed bed) : ConformanceTest(bed)
{
    [Fact]
    public async Task Call_credentials_add_their_metadata_to_the_call()
    {
        var link = Start();
        var serviceUrl = "";
        var credentials = CallCredentials.FromInterceptor((context, metadata) =>
        {
            serviceUrl = context.ServiceUrl;
            metadata.Add("authorization", "Bearer token-of-the-test");
            return Task.CompletedTask;
        });

        await link.Client.UnaryAsync(new Request(), new CallOptions(credentials: credentials))
            .ResponseAsync.Soon("the reply");
        var context = await link.Service.Call().Entered.Soon("the handler");

        context.RequestHeaders.GetValue("authorization").Should().Be("Bearer token-of-the-test");
        serviceUrl.Should().Contain("winapi.conformance.TestService");
    }

    [Fact]
    public async Task Call_credentials_that_wait_hold_back_the_call_and_no_other()
    {
        var link = Start();
        var token = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var credentials = CallCredentials.FromInterceptor(
            async (_, metadata) => metadata.Add("authorization", await token.Task));
        using var call = link.Client.Bidirectional(
            new CallOptions(ScriptedService.Named("waiting"), credentials: credentials));

        await link.Client.UnaryAsync(new Request()).ResponseAsync.Soon("another call");
        link.Service.Call("waiting").Entered.IsCompleted.Should().BeFalse();
        token.SetResult("late");
        await call.RequestStream.WriteAsync(new Request()).Soon("the write");
        await call.RequestStream.CompleteAsync().Soon("the half-close");

        (await ReadAll(call.ResponseStream)).Should().HaveCount(1);
        (await link.Service.Call("waiting").Entered).RequestHeaders.GetValue("authorization").Should().Be("late");
    }

    [Fact]
    public async Task Call_credentials_that_fail_fail_the_call_before_it_leaves()
    {
        var link = Start();
        var credentials = CallCredentials.FromInterceptor(
            (_, _) => throw new InvalidOperationException("no token to be had"));

        var error = await Record.ExceptionAsync(() =>
            link.Client.UnaryAsync(new Request(), new CallOptions(credentials: credentials))
                .ResponseAsync.Soon("the call"));

        error.Should().BeOfType<RpcException>().Which.StatusCode.Should()
            .BeOneOf(StatusCode.Unauthenticated, StatusCode.Unavailable, StatusCode.Internal);
        await link.Client.UnaryAsync(new Request()).ResponseAsync.Soon("the next call");
        link.Service.Calls.Should().Be(1);
    }
}
