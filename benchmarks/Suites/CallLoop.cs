namespace WinApi.Benchmarks.Suites;

/// <summary>One call after another.</summary>
internal static class CallLoop
{
    public static void Run(int calls, Action call)
    {
        for (int i = 0; i < calls; i++)
        {
            call();
        }
    }

    public static async Task RunAsync(int calls, Func<Task> call)
    {
        for (int i = 0; i < calls; i++)
        {
            await call();
        }
    }
}
