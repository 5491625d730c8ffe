using System.Runtime.InteropServices;
using WinApi.Transport.HyperV.Memory;

namespace WinApi.Transport.HyperV.Frames.Rings;

/// <summary>
/// The words of the rings in the header page, each written by one side only and on a cache line of its own
/// (docs/protocol.md, Rings). The mapping must stay mapped while they are used.
/// </summary>
internal readonly unsafe struct RingWords
{
    private const int ClientProduced = 1024;
    private const int ClientRingConsumed = 1152;
    private const int HostProduced = 1280;
    private const int HostRingConsumed = 1408;
    private const int ClientSleepsForBytes = 1536;
    private const int HostSleepsForBytes = 1664;
    private const int ClientSleepsForRoom = 1792;
    private const int HostSleepsForRoom = 1920;

    private RingWords(uint* produced, uint* consumed, uint* consumerSleeps, uint* producerSleeps, byte* bytes)
    {
        Produced = produced;
        Consumed = consumed;
        ConsumerSleeps = consumerSleeps;
        ProducerSleeps = producerSleeps;
        Bytes = bytes;
    }

    /// <summary>Bytes written so far; by the producer.</summary>
    public uint* Produced { get; }

    /// <summary>Bytes read so far; by the consumer.</summary>
    public uint* Consumed { get; }

    /// <summary>Odd while the consumer sleeps.</summary>
    public uint* ConsumerSleeps { get; }

    /// <summary>Odd while the producer sleeps.</summary>
    public uint* ProducerSleeps { get; }

    /// <summary>The ring itself.</summary>
    public byte* Bytes { get; }

    /// <summary>The ring that the client writes.</summary>
    public static RingWords OfClient(SharedMapping mapping)
    {
        var start = Start(mapping);
        return new RingWords(
            Word(start, ClientProduced), Word(start, ClientRingConsumed), Word(start, HostSleepsForBytes),
            Word(start, ClientSleepsForRoom), start + MappingLayout.ClientRingStart);
    }

    /// <summary>The ring that the host writes.</summary>
    public static RingWords OfHost(SharedMapping mapping)
    {
        var start = Start(mapping);
        return new RingWords(
            Word(start, HostProduced), Word(start, HostRingConsumed), Word(start, ClientSleepsForBytes),
            Word(start, HostSleepsForRoom), start + MappingLayout.HostRingStart);
    }

    private static byte* Start(SharedMapping mapping) =>
        (byte*)System.Runtime.CompilerServices.Unsafe.AsPointer(
            ref MemoryMarshal.GetReference(mapping.GetSpan(0, MappingLayout.HeaderBytes)));

    private static uint* Word(byte* start, int offset) => (uint*)(start + offset);
}
