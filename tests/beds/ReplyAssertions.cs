using System.Text.Json;

namespace WinApi.Beds.Tests;

/// <summary>What the programs' JSON must say.</summary>
internal static class ReplyAssertions
{
    /// <summary>Of test_client --integration: every test passed.</summary>
    public static void ShouldHavePassed(this JsonElement reply)
    {
        var results = reply.GetProperty("results").EnumerateArray().ToArray();
        results.Length.Should().BeGreaterThan(20);
        results.Where(result => !result.GetProperty("passed").GetBoolean()).Should().BeEmpty();
    }

    /// <summary>Of winapi status: a host that serves, and which memory it shares.</summary>
    public static void ShouldServeWithMemory(this JsonElement reply, string memory)
    {
        reply.GetProperty("health").GetString().Should().Be("SERVING");
        reply.GetProperty("connection").GetProperty("memory").GetString().Should().Be(memory, reply.ToString());
    }

    /// <summary>Of winapi status: why no memory is shared.</summary>
    public static string? MemoryReason(this JsonElement reply) =>
        reply.GetProperty("connection").GetProperty("memory_reason").GetString();

    /// <summary>Of winapi buffer: the host saw every byte, in place or not.</summary>
    public static void ShouldHaveReachedTheHost(this JsonElement reply, bool inPlace)
    {
        reply.GetProperty("mismatched_bytes").GetInt64().Should().Be(0);
        reply.GetProperty("bytes_processed").GetInt64().Should().Be(1 << 20);
        reply.GetProperty("shared_memory").GetBoolean().Should().Be(inPlace);
    }

    /// <summary>Of a doctor: what it says of one layer.</summary>
    public static (string State, string Seen) Layer(this JsonElement reply, string name)
    {
        var layer = reply.GetProperty("checks").EnumerateArray()
            .Single(check => check.GetProperty("name").GetString() == name);
        return (layer.GetProperty("state").GetString()!, layer.GetProperty("seen").GetString()!);
    }
}
