namespace WinApi.Client.Command.CommandLine;

/// <summary>What a command asks of the connection.</summary>
/// <param name="BufferBytes">Shared memory for so many bytes in buffers at once.</param>
/// <param name="DefaultTimeout">How long it may take once connected, where --timeout is not given; null: no limit.</param>
internal sealed record CommandNeeds(long BufferBytes, TimeSpan? DefaultTimeout)
{
    // Room for two screens of 4K beside each other.
    private const long PictureBytes = 66L << 20;

    public static CommandNeeds ShortCall { get; } = new(0, TimeSpan.FromSeconds(30));

    /// <summary>A picture, by reference.</summary>
    public static CommandNeeds Picture { get; } = ShortCall with { BufferBytes = PictureBytes };
}
