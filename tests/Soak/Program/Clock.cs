namespace WinApi.Soak.Program;

/// <summary>Counts tenths of a second while this process runs: one that is stopped does not grow older.</summary>
internal static class Clock
{
    private static long s_tenths;

    public static TimeSpan Now => TimeSpan.FromMilliseconds(100 * Interlocked.Read(ref s_tenths));

    public static void Start() => new Thread(() =>
    {
        while (true)
        {
            Thread.Sleep(100);
            Interlocked.Increment(ref s_tenths);
        }
    }) { IsBackground = true, Priority = ThreadPriority.AboveNormal }.Start();
}
