using System.Threading.Channels;

namespace WinApi.Transport.HyperV.Calls;

/// <summary>Received messages that the application has not read yet; the stream's window bounds them.</summary>
internal sealed class MessageQueue
{
    private readonly Channel<InboundMessage> _messages = Channel.CreateUnbounded<InboundMessage>(
        new UnboundedChannelOptions { SingleReader = false, SingleWriter = false });

    /// <summary>Adds a message; after the end it is dropped.</summary>
    public void Add(InboundMessage message)
    {
        if (!_messages.Writer.TryWrite(message))
        {
            message.Dispose();
        }
    }

    /// <summary>No more will come; what is here can still be taken.</summary>
    public void Complete() => _messages.Writer.TryComplete();

    /// <summary>No more will come, and what is here is dropped.</summary>
    public void Abort()
    {
        Complete();
        while (_messages.Reader.TryRead(out var message))
        {
            message.Dispose();
        }
    }

    /// <summary>The next message; null at the end.</summary>
    public async ValueTask<InboundMessage?> TakeAsync(CancellationToken cancellationToken)
    {
        do
        {
            if (_messages.Reader.TryRead(out var message))
            {
                return message;
            }
        }
        while (await _messages.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false));
        return null;
    }
}
