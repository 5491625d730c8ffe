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

    public static async Task<Stage<T>> RunAsync(IReadOnlyList<string> missingTools, Func<Task<T>> make)
    {
        if (missingTools.Count > 0)
        {
            return new Stage<T>(
                null, $"Missing: {string.Join(", ", missingTools)}; tests/beds/install-tools.sh installs it.", null);
        }

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

    public ValueTask DisposeAsync() => _value is IAsyncDisposable value ? value.DisposeAsync() : ValueTask.CompletedTask;
}
