namespace WinApi.Benchmarks.NativeClient;

/// <summary>A row of the C client: medians over the rounds, of times of single steps.</summary>
/// <param name="Setup">How the client connects to the host.</param>
/// <param name="Name">What winapi_bench calls it.</param>
/// <param name="P50Microseconds">The median step.</param>
/// <param name="P99Microseconds">99 % of the steps took so long or less.</param>
/// <param name="Count">How many steps were measured, in all rounds.</param>
/// <param name="Operations">How many calls or messages a step has; 1 where single calls are measured.</param>
/// <param name="PayloadBytes">The payload of each.</param>
/// <param name="Floor">The name of the row that is the least that it could cost; empty where there is none.</param>
internal sealed record NativeRow(
    string Setup, string Name, double P50Microseconds, double P99Microseconds, long Count, long Operations, long PayloadBytes,
    string Floor)
{
    public const string Raw = "raw_socket_64";
    public const string Unary = "unary_echo_64";

    private const double MicrosecondsInASecond = 1_000_000;

    public bool IsOfSingleCalls => Operations == 1;

    /// <summary>The share that one call or message has of the median step.</summary>
    public double MicrosecondsOfEach => P50Microseconds / Operations;

    public double OperationsPerSecond => MicrosecondsInASecond / MicrosecondsOfEach;

    /// <summary>Payload bytes a second, one way.</summary>
    public double BytesPerSecond => OperationsPerSecond * PayloadBytes;
}
