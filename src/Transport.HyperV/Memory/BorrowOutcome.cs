namespace WinApi.Transport.HyperV.Memory;

/// <summary>What came of a lend.</summary>
internal enum BorrowOutcome
{
    Taken,

    /// <summary>The call it came for is over: to be given back at once.</summary>
    TooLate,

    /// <summary>The descriptor leaves the peer's region, or contradicts an earlier one of the same lease.</summary>
    Invalid,

    /// <summary>More buffers are lent at once than the peer's region has pages, of which each block takes one or more.</summary>
    MoreThanPages,

    /// <summary>It would take more private memory than the connection may.</summary>
    Exhausted,

    /// <summary>It would be one more buffer than may be lent and rented at once.</summary>
    TooMany,
}
