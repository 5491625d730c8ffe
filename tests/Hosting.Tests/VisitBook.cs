namespace WinApi.Hosting.Tests;

/// <summary>Counts visits; safe for use by many threads.</summary>
internal sealed class VisitBook
{
    private readonly SemaphoreSlim _ended = new(0);
    private int _begun;
    private int _over;

    public int Begun => Volatile.Read(ref _begun);

    public int Over => Volatile.Read(ref _over);

    public int Begin() => Interlocked.Increment(ref _begun);

    public void End()
    {
        Interlocked.Increment(ref _over);
        _ended.Release();
    }

    public async Task NextEndAsync() =>
        (await _ended.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken)).Should().BeTrue("a visit should end");
}
