using System.ComponentModel;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace WinApi.Transport.HyperV.Endpoints;

/// <summary>
/// Follows the id of the WSL VM, which is a new one each time that it starts. Looks cheaply and starts nothing: the
/// sources, some of which would start the VM, are asked only when its processes have changed. For one user at a time.
/// </summary>
/// <param name="findProcesses">The ids of the VM's processes; none: it does not run.</param>
/// <param name="sources">Asked in this order until one tells the id.</param>
/// <param name="logger">Receives which source told, and that none did.</param>
internal sealed class WslVmWatch(
    Func<IReadOnlySet<int>> findProcesses, IReadOnlyList<IWslVmIdSource> sources, ILogger logger)
{
    // Each failure doubles the number of looks that ask nobody: an answer that does not come would keep the VM awake.
    private const int MostSkipped = 64;

    private IReadOnlySet<int> _processes = new HashSet<int>();
    private Guid? _vm;
    private bool _isKnown;
    private int _skip;
    private int _failures;

    /// <summary>How long passes between two looks.</summary>
    public static TimeSpan Interval { get; } = TimeSpan.FromSeconds(2);

    /// <summary>A watch with the sources that Windows has.</summary>
    public static WslVmWatch Create(ILogger logger) =>
        new(WslVmProcesses.Find, [new WslInfoSource(), new WslProcessSource(), new HcsDiagSource()], logger);

    /// <summary>The id, or null while no VM runs, at once and then after each interval.</summary>
    public async IAsyncEnumerable<Guid?> FollowAsync(
        TimeSpan interval, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var timer = new PeriodicTimer(interval);
        do
        {
            yield return await LookAsync(cancellationToken).ConfigureAwait(false);
        }
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <summary>The id now; while it cannot be found, the last one known as long as any VM runs.</summary>
    public async ValueTask<Guid?> LookAsync(CancellationToken cancellationToken)
    {
        IReadOnlySet<int> processes;
        try
        {
            processes = findProcesses();
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            return _vm; // Windows did not list them this time
        }

        if (!processes.SetEquals(_processes))
        {
            _processes = processes;
            _isKnown = false;
            _skip = 0;
            _failures = 0;
        }

        if (processes.Count == 0)
        {
            return _vm = null;
        }

        if (!_isKnown && _skip-- <= 0)
        {
            await AskAsync(cancellationToken).ConfigureAwait(false);
        }

        return _vm;
    }

    private async Task AskAsync(CancellationToken cancellationToken)
    {
        foreach (var source in sources)
        {
            if (await source.FindAsync(cancellationToken).ConfigureAwait(false) is { } vm)
            {
                EndpointLog.VmIdFound(logger, vm, source.Name);
                _vm = vm;
                _isKnown = true;
                return;
            }
        }

        _skip = Math.Min(MostSkipped, 1 << Math.Min(_failures, 6));
        if (_failures++ == 0)
        {
            EndpointLog.VmIdNotFound(logger, string.Join(", ", sources.Select(source => source.Name)));
        }
    }
}
