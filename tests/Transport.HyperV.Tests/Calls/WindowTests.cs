using WinApi.Transport.HyperV.Calls;
using WinApi.Transport.HyperV.Frames;

namespace WinApi.Transport.HyperV.Tests.Calls;

public sealed class WindowTests
{
    private const int Window = 1000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_sender_with_credit_left_goes_on_and_without_waits_for_a_grant()
    {
        var window = new SendWindow(Window);
        window.WaitAsync(Stop).IsCompleted.Should().BeTrue();
        window.Take(5000);

        var waiting = window.WaitAsync(Stop).AsTask();
        waiting.IsCompleted.Should().BeFalse();
        window.Grant(4000).Should().BeFalse("it overdrew by more");
        waiting.IsCompleted.Should().BeFalse();
        window.Grant(1000).Should().BeTrue("somebody waits");
        window.Grant(1).Should().BeFalse("whoever gave the credit wakes");
        window.Wake();

        await waiting.Soon("the credit");
    }

    [Fact]
    public void Empty_messages_use_up_the_window_too()
    {
        var window = new SendWindow(Window);
        var sent = 0;
        while (window.WaitAsync(Stop).IsCompleted)
        {
            window.Take(0);
            (++sent).Should().BeLessThanOrEqualTo(Window);
        }

        sent.Should().BePositive();
    }

    [Fact]
    public async Task The_end_of_the_call_frees_who_waits()
    {
        var window = new SendWindow(Window);
        window.Take(Window);
        var waiting = window.WaitAsync(Stop).AsTask();

        window.Close().Should().BeTrue("somebody waits");
        window.Wake();

        await waiting.Soon("the end");
        window.WaitAsync(Stop).IsCompleted.Should().BeTrue();
    }

    [Fact]
    public async Task Who_waits_can_give_up_and_the_next_can_wait()
    {
        var window = new SendWindow(Window);
        window.Take(Window);
        using var cancel = new CancellationTokenSource();
        var first = window.WaitAsync(cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.Soon("the first"));

        var second = window.WaitAsync(Stop).AsTask();
        window.Grant(Window).Should().BeTrue();
        window.Wake();

        await second.Soon("the second");
    }

    [Fact]
    public void More_credit_than_any_window_holds_is_a_violation()
    {
        var window = new SendWindow(Window);

        window.Invoking(sender => sender.Grant(uint.MaxValue)).Should().Throw<ProtocolViolationException>();
    }

    [Fact]
    public void Many_small_grants_do_not_add_up_past_any_window()
    {
        var window = new SendWindow(Window);
        window.Grant(int.MaxValue - Window);

        window.Invoking(sender => sender.Grant(1)).Should().Throw<ProtocolViolationException>();
    }

    [Fact]
    public void A_receiver_holds_the_sender_to_its_credit()
    {
        var window = new ReceiveWindow(Window);
        window.OnMessage(Window);

        window.Invoking(receiver => receiver.OnMessage(0)).Should().Throw<ProtocolViolationException>();
    }

    [Fact]
    public void A_message_that_has_started_may_end_whatever_its_size()
    {
        var window = new ReceiveWindow(Window);
        window.OnMessage(10);
        window.OnPiece(100_000);
        window.OnPiece(100_000);

        window.Invoking(receiver => receiver.OnMessage(0)).Should().Throw<ProtocolViolationException>();
    }

    [Fact]
    public void Both_ends_agree_on_the_credit_whatever_is_sent_and_read()
    {
        var random = new Random(3);
        var sender = new SendWindow(Window);
        var receiver = new ReceiveWindow(Window);
        var unread = new Queue<int>();
        for (var step = 0; step < 50_000; step++)
        {
            if (random.Next(3) > 0 && sender.WaitAsync(Stop).IsCompleted)
            {
                var bytes = random.Next(600);
                sender.Take(bytes);
                receiver.OnMessage(bytes);
                unread.Enqueue(bytes);
            }
            else if (unread.TryDequeue(out var bytes))
            {
                sender.Grant(receiver.OnConsumed(bytes));
            }

            unread.Sum().Should()
                .BeLessThanOrEqualTo(Window + 600, "a window and one message are the most that lies unread");
        }

        while (unread.TryDequeue(out var bytes))
        {
            sender.Grant(receiver.OnConsumed(bytes));
        }

        sender.WaitAsync(Stop).IsCompleted.Should().BeTrue("all was read: the sender must not be stuck");
    }
}
