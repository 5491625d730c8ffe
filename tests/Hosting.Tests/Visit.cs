namespace WinApi.Hosting.Tests;

/// <summary>Something scoped: one for each call, disposed with it.</summary>
internal sealed class Visit(VisitBook book) : IAsyncDisposable
{
    public int Number { get; } = book.Begin();

    public ValueTask DisposeAsync()
    {
        book.End();
        return ValueTask.CompletedTask;
    }
}
