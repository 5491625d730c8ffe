namespace WinApi.Benchmarks.Hosts;

/// <summary>Where each end of a <see cref="Mailbox"/> works on the bytes.</summary>
internal enum MailboxCopies
{
    /// <summary>In the mailbox.</summary>
    None,

    /// <summary>In memory of its own, used again.</summary>
    Reused,

    /// <summary>In an array that is new for each message, as the bytes of an ordinary message are.</summary>
    Fresh,
}
