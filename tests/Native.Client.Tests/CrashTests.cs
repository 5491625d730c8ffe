namespace WinApi.Native.Client.Tests;

/// <summary>SIGKILL of the host at random points of each kind of call. WINAPI_CRASH_KILLS sets how often.</summary>
public sealed class CrashTests : NativeTest
{
    private static readonly string[] s_kinds = ["call", "write", "read", "async", "buffer"];

    private static readonly int s_kills =
        int.TryParse(Environment.GetEnvironmentVariable("WINAPI_CRASH_KILLS"), out var number) ? Math.Max(number, s_kinds.Length) : 60;

    [Theory]
    [InlineData("auto")]
    [InlineData("none")]
    public async Task A_host_that_is_killed_ends_what_runs_with_UNAVAILABLE_and_the_next_is_found(string sharedMemory)
    {
        var folder = Directory.CreateTempSubdirectory("winapi-");
        var endpoint = $"unix://{folder.FullName}/host.sock";
        var random = new Random();
        try
        {
            var client = Start(await NativeBuild.AddressSanitizerAsync(), "until_dead", [endpoint, $"{s_kills}", .. s_kinds]);
            for (var life = 0; life < s_kills; life++)
            {
                await using var host = ProgramRun.Start(ProgramPaths.Host, ["--endpoint", endpoint, "--shared-memory", sharedMemory]);
                await client.PrintsAsync($"calling {life}");
                await Task.Delay(random.Next(30), TestContext.Current.CancellationToken);
                await host.KillAsync();

                // Its calls have two minutes: only the socket's end can tell it in time.
                (await client.PrintsAsync($"ended {life} ")).Should().StartWith($"ended {life} UNAVAILABLE");
            }

            (await client.EndsAsync()).Should().Be(0, "nothing leaks: {0}", client.Everything);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
