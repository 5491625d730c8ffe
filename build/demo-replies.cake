using System.Text.Json;

/// What the demo shows of each reply, after a look at whether it is right.
static class DemoReplies
{
    public static IEnumerable<string> Status(JsonElement reply)
    {
        string health = reply.GetProperty("health").GetString();
        Require(health == "SERVING", $"The host's health is {health}.");

        JsonElement connection = reply.GetProperty("connection");
        string memory = connection.GetProperty("memory").GetString();
        yield return $"{health}, {reply.GetProperty("services").GetArrayLength()} services";
        yield return memory == "none"
            ? $"no shared memory: {connection.GetProperty("memory_reason").GetString()}"
            : $"shared memory ({memory}): {Quantity.Bytes(reply.GetProperty("request_region_bytes"))} for requests, "
                + $"{Quantity.Bytes(reply.GetProperty("response_region_bytes"))} for replies";
    }

    public static Func<JsonElement, IEnumerable<string>> Echo(string said) => reply =>
    {
        string text = reply.GetProperty("text").GetString();
        Require(text == said, $"'{said}' came back as '{text}'.");
        return new[] { $"{text} (first call, {Quantity.Time(reply.GetProperty("round_trip_ns"))})" };
    };

    public static IEnumerable<string> Buffer(JsonElement reply)
    {
        long mismatched = reply.GetProperty("mismatched_bytes").GetInt64();
        Require(mismatched == 0, $"{mismatched} bytes of the buffer are wrong.");

        string way = reply.GetProperty("shared_memory").GetBoolean() ? "in place" : "on a copy";
        string checksum = reply.GetProperty("checksum").GetString();
        yield return $"{Quantity.Bytes(reply.GetProperty("bytes_processed"))} {way}, "
            + $"checksum {checksum} on both sides, {Quantity.Time(reply.GetProperty("elapsed_ns"))} in the host";
    }

    public static IEnumerable<string> Latency(JsonElement reply)
    {
        yield return $"unary call: {Times(reply.GetProperty("caller"))}";
        yield return $"message on an open stream: {Times(reply.GetProperty("host"))}";
    }

    public static IEnumerable<string> Throughput(JsonElement reply)
    {
        string copied = reply.GetProperty("by_reference_shared").GetBoolean() ? "" : ", but copied";
        yield return $"by reference{copied}, to the host: {Rate(reply.GetProperty("by_reference"))}";
        yield return $"ordinary messages, to the host: {Rate(reply.GetProperty("message"))}";
        yield return $"stream of messages, from the host: {Rate(reply.GetProperty("host_stream"))}";
    }

    private static string Times(JsonElement latency) =>
        $"p50 {Quantity.Time(latency.GetProperty("p50_ns"))}, p99 {Quantity.Time(latency.GetProperty("p99_ns"))} "
        + $"({latency.GetProperty("iterations").GetInt64()} round trips)";

    private static string Rate(JsonElement throughput) =>
        $"{Quantity.Rate(throughput.GetProperty("mb_per_second"))} ({Quantity.Bytes(throughput.GetProperty("bytes"))})";

    private static void Require(bool condition, string problem)
    {
        if (!condition)
        {
            throw new CakeException(problem);
        }
    }

    /// The C client's own tests.
    public static IEnumerable<string> Integration(JsonElement reply)
    {
        JsonElement[] results = reply.GetProperty("results").EnumerateArray().ToArray();
        JsonElement failed = results.FirstOrDefault(result => !result.GetProperty("passed").GetBoolean());
        if (failed.ValueKind != JsonValueKind.Undefined)
        {
            throw new CakeException($"test_client: {failed.GetProperty("name").GetString()} failed: {failed.GetProperty("seen").GetString()}");
        }

        yield return $"libwinapi, in C: {results.Length} tests passed, {results[0].GetProperty("seen").GetString()}";
    }
}
