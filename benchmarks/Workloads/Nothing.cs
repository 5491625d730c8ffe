namespace WinApi.Benchmarks.Workloads;

/// <summary>For workloads whose calls make and close connections of their own.</summary>
internal sealed class Nothing : IDisposable
{
    public static Nothing Instance { get; } = new();

    public void Dispose()
    {
    }
}
