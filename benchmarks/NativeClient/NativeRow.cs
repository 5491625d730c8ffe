namespace WinApi.Benchmarks.NativeClient;

/// <summary>A row of the C client: medians over the rounds, of times of single calls.</summary>
/// <param name="Setup">How the client connects to the host.</param>
/// <param name="Name">What winapi_bench calls it.</param>
/// <param name="P50Microseconds">The median call.</param>
/// <param name="P99Microseconds">99 % of the calls took so long or less.</param>
/// <param name="Count">How many calls were measured, in all rounds.</param>
internal sealed record NativeRow(string Setup, string Name, double P50Microseconds, double P99Microseconds, long Count)
{
    public const string Raw = "raw_socket_64";
    public const string Unary = "unary_echo_64";
}
