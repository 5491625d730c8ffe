using System.Globalization;
using System.Text.Json;
using WinApi.Benchmarks.Hosts;
using WinApi.Benchmarks.Measuring;
using WinApi.Benchmarks.Rows;

namespace WinApi.Benchmarks.Rounds;

/// <summary>
/// The verb <c>rows</c>: a client in a process of its own, with hosts in theirs. It does what it is told, one line each:
/// <c>open NAME</c> connects and warms a row, <c>measure MILLISECONDS</c> takes one sample of it, <c>close</c> closes it.
/// </summary>
internal static class RowProgram
{
    public const string Verb = "rows";
    public const string Open = "open";
    public const string Measure = "measure";
    public const string Close = "close";

    public static int Run()
    {
        using var hosts = new HostSet();
        RowRunner? runner = null;
        bool warm = false;
        try
        {
            while (Console.ReadLine() is { } line)
            {
                switch (line.Split(' '))
                {
                    case [Open, string name]:
                        runner = new RowRunner(Find(name), hosts);
                        Answer(runner.WarmUpUntilFlat(warm ? WarmUpLimits.Again : WarmUpLimits.First));
                        warm = true;
                        break;
                    case [Measure, string milliseconds] when runner is not null:
                        double moment = double.Parse(milliseconds, CultureInfo.InvariantCulture);
                        Answer(runner.Measure(TimeSpan.FromMilliseconds(moment)));
                        break;
                    case [Close]:
                        runner?.Dispose();
                        runner = null;
                        Answer(true);
                        break;
                    default:
                        throw new InvalidOperationException($"'{line}' is not understood here.");
                }
            }

            return 0;
        }
        catch (Exception e)
        {
            Console.Error.WriteLine(e);
            return 1;
        }
        finally
        {
            runner?.Dispose();
        }
    }

    private static Row Find(string fullName) => RoundSuite.All
        .SelectMany(suite => suite.Rows)
        .First(row => row.FullName == fullName);

    private static void Answer<T>(T answer) => Console.WriteLine(JsonSerializer.Serialize(answer));
}
