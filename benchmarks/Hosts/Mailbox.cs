using System.Diagnostics;
using System.IO.MemoryMappedFiles;

namespace WinApi.Benchmarks.Hosts;

/// <summary>
/// Shared memory and nothing else: a page of words, each on a cache line of its own, and one region in each direction.
/// Who waits spins. Not safe against anybody; it is here to show what the machine can do.
/// </summary>
internal sealed unsafe class Mailbox : IDisposable
{
    private const int HeaderBytes = 4096;
    private const long RegionBytes = 64 * 1024 * 1024;

    private const int RequestNumber = 0;
    private const int RequestLength = 128;
    private const int RequestCopies = 192;
    private const int ReplyNumber = 256;

    private const int SpinsBetweenLooksAtTheClock = 1 << 14;

    // A client that has gone idle must not cost a core: after so long the host sleeps between its looks.
    private static readonly TimeSpan SpinTime = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestReply = TimeSpan.FromSeconds(30);

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;
    private volatile bool _closing;

    public Mailbox(string path)
    {
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.OpenOrCreate, mapName: null, HeaderBytes + 2 * RegionBytes);
        _view = _file.CreateViewAccessor();
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
    }

    public Span<byte> RequestRegion(int length) => new(_start + HeaderBytes, length);

    public Span<byte> ReplyRegion(int length) => new(_start + HeaderBytes + RegionBytes, length);

    /// <summary>The client's half: says that a request lies in its region, and waits for the reply.</summary>
    /// <exception cref="TimeoutException">The host does not answer.</exception>
    public void Exchange(int length, MailboxCopies copies)
    {
        Word(RequestLength) = length;
        Word(RequestCopies) = (int)copies;
        int number = Word(RequestNumber) + 1;
        Volatile.Write(ref Word(RequestNumber), number);

        long start = Stopwatch.GetTimestamp();
        int spins = 0;
        while (Volatile.Read(ref Word(ReplyNumber)) != number)
        {
            if (++spins % SpinsBetweenLooksAtTheClock == 0 && Stopwatch.GetElapsedTime(start) > LongestReply)
            {
                throw new TimeoutException("The host of the spinning memory does not answer.");
            }
        }
    }

    /// <summary>The host's half: waits for the next request.</summary>
    /// <returns>False when this side is being closed.</returns>
    public bool TryAwaitRequest(out int length, out MailboxCopies copies)
    {
        int answered = Word(ReplyNumber);
        long start = Stopwatch.GetTimestamp();
        int spins = 0;
        while (Volatile.Read(ref Word(RequestNumber)) == answered)
        {
            if (++spins % SpinsBetweenLooksAtTheClock == 0 && Stopwatch.GetElapsedTime(start) > SpinTime)
            {
                Sleep(answered);
            }

            if (_closing)
            {
                length = 0;
                copies = MailboxCopies.None;
                return false;
            }
        }

        length = Word(RequestLength);
        copies = (MailboxCopies)Word(RequestCopies);
        return true;
    }

    /// <summary>The host's half: says that the reply lies where the request said it should.</summary>
    public void Reply() => Volatile.Write(ref Word(ReplyNumber), Word(ReplyNumber) + 1);

    /// <summary>Ends a wait for a request.</summary>
    public void Close() => _closing = true;

    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }

    private void Sleep(int answered)
    {
        while (!_closing && Volatile.Read(ref Word(RequestNumber)) == answered)
        {
            Thread.Sleep(1);
        }
    }

    private ref int Word(int offset) => ref *(int*)(_start + offset);
}
