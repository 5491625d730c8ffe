using System.Buffers;

namespace WinApi.Transport.HyperV.Calls;

/// <summary>One piece of a message that came in several.</summary>
internal sealed class MessageSegment : ReadOnlySequenceSegment<byte>
{
    public MessageSegment(ReadOnlyMemory<byte> memory, MessageSegment? previous)
    {
        Memory = memory;
        if (previous is not null)
        {
            RunningIndex = previous.RunningIndex + previous.Memory.Length;
            previous.Next = this;
        }
    }
}
