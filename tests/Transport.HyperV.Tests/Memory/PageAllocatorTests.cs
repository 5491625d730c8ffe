using WinApi.Transport.HyperV.Memory;

namespace WinApi.Transport.HyperV.Tests.Memory;

public sealed class PageAllocatorTests
{
    [Fact]
    public void All_pages_can_be_taken_in_one_piece_and_then_none()
    {
        var allocator = new PageAllocator(10);

        allocator.TryAllocate(10, out var start).Should().BeTrue();
        start.Should().Be(0);
        allocator.FreePages.Should().Be(0);
        allocator.TryAllocate(1, out _).Should().BeFalse();

        allocator.Free(0, 10);
        allocator.TryAllocate(10, out _).Should().BeTrue();
    }

    [Theory]
    [InlineData(0, 1, 2)]
    [InlineData(0, 2, 1)]
    [InlineData(1, 0, 2)]
    [InlineData(1, 2, 0)]
    [InlineData(2, 0, 1)]
    [InlineData(2, 1, 0)]
    public void Pieces_freed_in_any_order_grow_together_again(params int[] order)
    {
        var allocator = new PageAllocator(9);
        for (var piece = 0; piece < 3; piece++)
        {
            allocator.TryAllocate(3, out _).Should().BeTrue();
        }

        foreach (var piece in order)
        {
            allocator.Free(piece * 3, 3);
        }

        allocator.TryAllocate(9, out _).Should().BeTrue();
    }

    [Fact]
    public void A_hole_too_small_is_passed_over()
    {
        var allocator = new PageAllocator(10);
        allocator.TryAllocate(2, out _).Should().BeTrue();
        allocator.TryAllocate(2, out _).Should().BeTrue();
        allocator.Free(0, 2);

        allocator.TryAllocate(3, out var start).Should().BeTrue();
        start.Should().Be(4);
        allocator.TryAllocate(7, out _).Should().BeFalse("seven pages are free in no one place");
    }

    [Fact]
    public void Whatever_is_taken_and_given_back_no_page_is_given_twice()
    {
        const int Pages = 64;
        var random = new Random(7);
        var allocator = new PageAllocator(Pages);
        var owner = new int[Pages];
        var pieces = new List<(int Start, int Count)>();
        for (var step = 1; step < 50_000; step++)
        {
            var count = random.Next(1, 12);
            if (random.Next(2) == 0 && allocator.TryAllocate(count, out var start))
            {
                owner.AsSpan(start, count).ToArray().Should().OnlyContain(page => page == 0);
                owner.AsSpan(start, count).Fill(step);
                pieces.Add((start, count));
            }
            else if (pieces.Count > 0)
            {
                var index = random.Next(pieces.Count);
                var piece = pieces[index];
                pieces.RemoveAt(index);
                owner.AsSpan(piece.Start, piece.Count).Clear();
                allocator.Free(piece.Start, piece.Count);
            }

            allocator.FreePages.Should().Be(Pages - pieces.Sum(piece => piece.Count));
        }

        pieces.ForEach(piece => allocator.Free(piece.Start, piece.Count));
        allocator.TryAllocate(Pages, out _).Should().BeTrue();
    }
}
