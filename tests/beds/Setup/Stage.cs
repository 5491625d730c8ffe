namespace WinApi.Beds.Tests.Setup;

/// <summary>
/// A part of the set-up that tests look at: it is there, or its tools are missing and its tests skip, or it failed and
/// they all fail with its error.
/// </summary>
internal sealed class Stage<T> : IAsyncDisposable
    where T : class
{
    private readonly T? _value;
    private readonly string? _skipReason;
    private readonly Exception? _failure;

    private Stage(T? value, string? skipReason, Exception? failure)
    {
        _value = value;
        _skipReason = skipReason;
        _failure = failure;
    }

    /// <summary>What there is, if there is.</summary>
    public T? ValueOrNull => _value;

    /// <summary>What there is; else the test that asks skips or fails.</summary>
    public T Value
    {
        get
        {
            Assert.SkipWhen(_skipReason is not null, _skipReason ?? "");
            _failure.Should().BeNull("the set-up should succeed");
            return _value!;
        }
    }

    /// <summary>A part that cannot be here; its tests skip.</summary>
    public static Stage<T> Missing(params IEnumerable<string> tools) =>
        new(null, $"Missing: {string.Join(", ", tools)}; tests/beds/install-tools.sh installs what it can.", null);

    public static async Task<Stage<T>> RunAsync(IReadOnlyList<string> missingTools, Func<Task<T>> make) =>
        missingTools.Count > 0 ? Missing(missingTools) : await AttemptAsync(make);

    /// <summary>A further part that needs this one: it is missing or fails where this one does.</summary>
    public Task<Stage<TNext>> ThenAsync<TNext>(Func<T, Task<TNext>> make)
        where TNext : class => _value is null
            ? Task.FromResult(new Stage<TNext>(null, _skipReason, _failure))
            : Stage<TNext>.AttemptAsync(() => make(_value));

    public async ValueTask DisposeAsync()
    {
        if (_value is IAsyncDisposable value)
        {
            await value.DisposeAsync();
        }
    }

    private static async Task<Stage<T>> AttemptAsync(Func<Task<T>> make)
    {
        try
        {
            return new Stage<T>(await make(), null, null);
        }
#pragma warning disable CA1031 // Whatever it is, the tests report it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return new Stage<T>(null, null, e);
        }
    }
}
