namespace WinApi.Tests.Processes;

/// <summary>Waits that end: no test hangs, and the failure says what it waited for.</summary>
internal static class Patience
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static async Task Soon(this Task task, Func<string> what, TimeSpan? within = null)
    {
        var limit = within ?? Limit;
        try
        {
            await task.WaitAsync(limit, TestContext.Current.CancellationToken);
        }
        catch (TimeoutException) when (!task.IsCompleted)
        {
            Assert.Fail($"Waited {limit.TotalSeconds} s in vain for {what()}.");
        }
    }

    public static async Task<T> Soon<T>(this Task<T> task, string what)
    {
        await ((Task)task).Soon(() => what);
        return await task;
    }

    public static Task Soon(this Task task, string what) => task.Soon(() => what);
}
