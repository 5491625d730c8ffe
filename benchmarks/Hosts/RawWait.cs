namespace WinApi.Benchmarks.Hosts;

/// <summary>
/// In which system call a blocking thread waits for a message. How soon the system wakes it differs between the two, and
/// from kernel to kernel.
/// </summary>
internal enum RawWait
{
    /// <summary>In the one that receives it.</summary>
    Receive,

    /// <summary>In poll; the call that receives it does not wait.</summary>
    Poll,
}
