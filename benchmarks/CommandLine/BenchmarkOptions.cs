using System.Diagnostics.CodeAnalysis;
using System.IO.Enumeration;

namespace WinApi.Benchmarks.CommandLine;

/// <summary>What was asked for on the command line.</summary>
internal sealed record BenchmarkOptions(bool Help, bool List, bool Quick, IReadOnlyList<string> Filters)
{
    public const string HelpText = """
        Measures calls against raw sockets, raw memory and other libraries. Every host runs in a process of its own.

        usage: dotnet run -c Release --project benchmarks -- [options]

          --filter GLOB...   only the benchmarks whose full name matches one of them, e.g. '*Unary64Bytes*'
          --list             the names of the benchmarks
          --quick            a short run that shows that everything works; do not quote its figures
          --help             this text

        The report is written to artifacts/benchmarks.
        """;

    /// <summary>Whether a benchmark of this full name was asked for.</summary>
    public bool Asks(string fullName) => Filters.Any(filter => FileSystemName.MatchesSimpleExpression(filter, fullName));

    public static bool TryParse(
        IReadOnlyList<string> arguments,
        [NotNullWhen(true)] out BenchmarkOptions? options,
        [NotNullWhen(false)] out string? error)
    {
        options = null;
        error = null;
        bool help = false, list = false, quick = false, expectsFilter = false;
        var filters = new List<string>();
        foreach (string argument in arguments)
        {
            switch (argument)
            {
                case "--help" or "-h":
                    help = true;
                    break;
                case "--list":
                    list = true;
                    break;
                case "--quick":
                    quick = true;
                    break;
                case "--filter" or "-f":
                    expectsFilter = true;
                    continue;
                case var glob when !glob.StartsWith('-') && (expectsFilter || filters.Count > 0):
                    filters.Add(glob);
                    break;
                default:
                    error = $"Unknown option '{argument}'; --help lists the options.";
                    return false;
            }

            if (expectsFilter && filters.Count == 0)
            {
                break;
            }

            expectsFilter = false;
        }

        if (expectsFilter)
        {
            error = "--filter needs a pattern, for example --filter '*Unary64Bytes*'.";
            return false;
        }

        options = new BenchmarkOptions(help, list, quick, filters.Count > 0 ? filters : ["*"]);
        return true;
    }
}
