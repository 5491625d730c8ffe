using WinApi.Transport.HyperV.Connections;
using WinApi.Transport.HyperV.Frames;

namespace WinApi.Transport.HyperV.Tests.Connections;

public sealed class SpareStreamsTests
{
    private readonly SpareStreams _spares = new();

    [Fact]
    public void A_spare_serves_its_own_kind_and_once()
    {
        var (one, other) = (new Spare(), new Spare());
        _spares.Add("one", one);
        _spares.Add("other", other);

        _spares.TryTake("other").Should().BeSameAs(other);
        _spares.TryTake("other").Should().BeNull();
        _spares.TryTake("one").Should().BeSameAs(one);
        _spares.TryTake("unknown").Should().BeNull();
    }

    [Fact]
    public void A_burst_of_calls_leaves_a_bounded_number_behind()
    {
        for (var i = 0; i < 1000; i++)
        {
            _spares.Add("one", new Spare());
        }

        var kept = 0;
        while (_spares.TryTake("one") is not null)
        {
            kept++;
        }

        kept.Should().Be(64);
    }

    private sealed class Spare : ConnectionStream
    {
        public override bool HasEnded => true;

        public override void OnFrame(FrameReader frame)
        {
        }

        public override void OnDisconnected(Disconnection disconnection)
        {
        }
    }
}
