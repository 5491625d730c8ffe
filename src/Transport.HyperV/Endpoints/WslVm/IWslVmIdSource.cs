namespace WinApi.Transport.HyperV.Endpoints;

/// <summary>A way to learn the id of the WSL VM that runs.</summary>
internal interface IWslVmIdSource
{
    /// <summary>What is asked, for a person.</summary>
    string Name { get; }

    /// <summary>The id, or null where this way does not tell it: never an error.</summary>
    Task<Guid?> FindAsync(CancellationToken cancellationToken);
}
