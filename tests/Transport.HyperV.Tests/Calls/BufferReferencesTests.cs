using WinApi.Transport.HyperV.Calls;

namespace WinApi.Transport.HyperV.Tests.Calls;

public sealed class BufferReferencesTests
{
    [Fact]
    public void References_are_found_wherever_a_message_can_hold_them()
    {
        var message = new Shape
        {
            Single = Reference(1),
            Many = { Reference(2), Reference(3) },
            Named = { ["x"] = Reference(4) },
            Inner = { [9] = new Shape { Single = Reference(5) } },
            Children = { new Shape { Children = { new Shape { Many = { Reference(6) } } } } },
            Chosen = Reference(7),
        };

        Find(message).Should().BeEquivalentTo([1, 2, 3, 4, 5, 6, 7]);
    }

    [Fact]
    public void One_reference_in_two_places_is_found_twice()
    {
        var reference = Reference(1);

        Find(new Shape { Single = reference, Many = { reference } }).Should().Equal(1, 1);
    }

    [Fact]
    public void A_reference_can_be_the_whole_message() => Find(Reference(8)).Should().Equal(8);

    [Fact]
    public void Where_there_is_none_none_is_found()
    {
        BufferReferences.Find(new Shape { Name = "empty", Other = "choice" }).Should().BeNull();
        BufferReferences.Find(new Plain { Next = new Plain() }).Should().BeNull();
        BufferReferences.Find("no message at all").Should().BeNull();
    }

    private static BufferRef Reference(ulong lease) => new() { Lease = lease };

    private static IEnumerable<int> Find<T>(T message) =>
        BufferReferences.Find(message)!.Select(reference => (int)reference.Lease);
}
