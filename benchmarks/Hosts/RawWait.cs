namespace WinApi.Benchmarks.Hosts;

/// <summary>
/// In which system call a blocking thread waits for a message. How long the system takes to wake it differs from kernel to
/// kernel, by a factor of several between the two.
/// </summary>
internal enum RawWait
{
    /// <summary>In the one that receives it.</summary>
    Receive,

    /// <summary>In poll; the call that receives it does not wait.</summary>
    Poll,
}
