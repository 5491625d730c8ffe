namespace WinApi.Transport.HyperV.Tests.Fuzzing;

/// <summary>
/// A few seconds of each target; <c>WINAPI_FUZZ_SECONDS</c> makes it more, <c>WINAPI_FUZZ_SEED</c> the same again. One at a time:
/// marks of branches and the memory are the process's.
/// </summary>
[Collection(nameof(FuzzTests))]
[CollectionDefinition(nameof(FuzzTests), DisableParallelization = true)]
public sealed class FuzzTests
{
    private const long MostGrowth = 64 << 20;

    private static readonly TimeSpan s_time = TimeSpan.FromSeconds(3);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task No_client_makes_a_host_fail_hang_or_keep_memory(bool sharesMemory) =>
        Run("Client", input => HostTarget.RunAsync(input, sharesMemory), sharesMemory);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public Task No_host_makes_a_client_fail_hang_or_keep_memory(bool sharesMemory) =>
        Run("Host", input => ClientTarget.RunAsync(input, sharesMemory), sharesMemory);

    [Fact]
    public Task A_hosts_handshake_fails_in_no_other_way_than_named() => Run("ClientHandshake", HandshakeTarget.RunHostAsync);

    [Fact]
    public Task A_clients_handshake_fails_in_no_other_way_than_named() => Run("HostHandshake", HandshakeTarget.RunClientAsync);

    [Fact]
    public Task Lines_of_JSON_are_answered_or_end_the_connection() => Run("Json", JsonTarget.RunAsync, framed: false);

    [Fact]
    public Task Heads_and_bodies_are_read_or_a_violation() => Run("Heads", HeadsTarget.Run);

    private static async Task Run(string corpus, Func<FuzzInput, Task<string>> target, bool sharesMemory = false, bool framed = true)
    {
        Assert.SkipWhen(sharesMemory && !OperatingSystem.IsLinux(), "A memfd needs Linux.");
        var before = GC.GetTotalMemory(forceFullCollection: true);

        await new FuzzRun(corpus, target, framed).RunAsync(s_time);

        (GC.GetTotalMemory(forceFullCollection: true) - before).Should().BeLessThan(MostGrowth);
    }
}
