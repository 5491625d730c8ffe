namespace WinApi.Transport.HyperV.Memory;

/// <summary>
/// First-fit allocation of whole pages. Its state is private to this process: a peer that scribbles over the
/// mapping cannot corrupt it. Not safe for use by many threads; <see cref="Region"/> locks.
/// </summary>
/// <remarks>
/// Whole pages, so that all leases start at the same place in a page (<see cref="MappingLayout"/>): copies between them, too,
/// are never a few bytes off to each other, which common processors do many times slower.
/// </remarks>
internal sealed class PageAllocator
{
    private readonly List<(int Start, int Count)> _free = [];

    public PageAllocator(int pages)
    {
        Pages = pages;
        FreePages = pages;
        _free.Add((0, pages));
    }

    public int Pages { get; }

    public int FreePages { get; private set; }

    public bool TryAllocate(int pages, out int start)
    {
        for (var i = 0; i < _free.Count; i++)
        {
            var extent = _free[i];
            if (extent.Count < pages)
            {
                continue;
            }

            start = extent.Start;
            if (extent.Count == pages)
            {
                _free.RemoveAt(i);
            }
            else
            {
                _free[i] = (extent.Start + pages, extent.Count - pages);
            }

            FreePages -= pages;
            return true;
        }

        start = -1;
        return false;
    }

    public void Free(int start, int pages)
    {
        var i = _free.FindIndex(extent => extent.Start > start);
        i = i < 0 ? _free.Count : i;
        _free.Insert(i, (start, pages));
        FreePages += pages;
        MergeWithNext(i);
        if (i > 0)
        {
            MergeWithNext(i - 1);
        }
    }

    private void MergeWithNext(int i)
    {
        if (i + 1 < _free.Count && _free[i].Start + _free[i].Count == _free[i + 1].Start)
        {
            _free[i] = (_free[i].Start, _free[i].Count + _free[i + 1].Count);
            _free.RemoveAt(i + 1);
        }
    }
}
