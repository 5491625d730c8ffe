using System.Diagnostics;

namespace WinApi.Conformance.Tests;

/// <summary>Waits that end: no test hangs, and the failure says what it waited for.</summary>
internal static class Patience
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static async Task Soon(this Task task, string what)
    {
        try
        {
            await task.WaitAsync(Limit, TestContext.Current.CancellationToken);
        }
        catch (TimeoutException) when (!task.IsCompleted)
        {
            Assert.Fail($"Waited {Limit.TotalSeconds} s in vain for {what}.");
        }
    }

    public static async Task<T> Soon<T>(this Task<T> task, string what)
    {
        await ((Task)task).Soon(what);
        return await task;
    }

    /// <summary>Waits for a mark that a call's handler sets; if the call fails before, that is what is told.</summary>
    public static async Task<T> Soon<T>(this Task<T> mark, string what, Task call)
    {
        await ((Task)mark).Soon(what, call);
        return await mark;
    }

    /// <inheritdoc cref="Soon{T}(Task{T}, string, Task)" />
    public static async Task Soon(this Task mark, string what, Task call)
    {
        if (await Task.WhenAny(mark, call).Soon(what) != mark)
        {
            await call;
            await mark.Soon(what);
        }
    }

    public static Task Soon(this ValueTask task, string what) => task.AsTask().Soon(what);

    public static Task<T> Soon<T>(this ValueTask<T> task, string what) => task.AsTask().Soon(what);

    /// <summary>Waits for a call to fail, and checks that it fails with the status expected.</summary>
    public static async Task<RpcException> FailsSoonWith(this Task call, StatusCode expected, string what)
    {
        var error = await Record.ExceptionAsync(() => call.Soon(what));
        error.Should().BeOfType<RpcException>($"{what} should end with {expected}");
        var rpc = (RpcException)error!;
        rpc.StatusCode.Should().Be(expected, "{0} ended with '{1}'", what, rpc.Status.Detail);
        return rpc;
    }

    /// <summary>Waits for a state that nothing announces.</summary>
    public static async Task Until(Func<bool> state, string what)
    {
        for (var whole = Stopwatch.StartNew(); !state();)
        {
            (whole.Elapsed < Limit).Should().BeTrue($"{what} was waited for {Limit.TotalSeconds} s");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>
    /// Waits until a count no longer grows. Looking too early makes a test see less, never fail: what it then
    /// asserts has to hold at every moment.
    /// </summary>
    public static async Task UntilItStalls(Func<long> count, string what)
    {
        var quiet = TimeSpan.FromMilliseconds(400);
        var whole = Stopwatch.StartNew();
        var last = count();
        for (var since = Stopwatch.StartNew(); since.Elapsed < quiet;)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
            if (count() is var now && now != last)
            {
                (last, since) = (now, Stopwatch.StartNew());
            }

            (whole.Elapsed < Limit).Should().BeTrue($"{what} should come to a stop");
        }
    }
}
