using System.Diagnostics.CodeAnalysis;
using System.IO.Enumeration;

namespace WinApi.Benchmarks.CommandLine;

/// <summary>What was asked for on the command line.</summary>
internal sealed record BenchmarkOptions(
    bool Help, bool List, bool Quick, string? OutputFolder, IReadOnlyList<string> Filters)
{
    public const string HelpText = """
        Measures calls against raw sockets, raw memory and other libraries. Every host runs in a process of its own.

        usage: dotnet run -c Release --project benchmarks -- [options]

          --filter GLOB...   only the benchmarks whose full name matches one of them, e.g. '*.Latency.*'
          --list             the names of the benchmarks
          --quick            a short run that shows that everything works; do not quote its figures
          --output FOLDER    where the report goes; artifacts/benchmarks if not given
          --help             this text
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
        bool help = false, list = false, quick = false;
        string? output = null;
        var filters = new List<string>();
        for (int i = 0; i < arguments.Count; i++)
        {
            switch (arguments[i])
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
                case "--output" when HasValueAfter(arguments, i):
                    output = arguments[++i];
                    break;
                case "--filter" or "-f" when HasValueAfter(arguments, i):
                    while (HasValueAfter(arguments, i))
                    {
                        filters.Add(arguments[++i]);
                    }

                    break;
                case "--output" or "--filter" or "-f":
                    error = $"{arguments[i]} needs a value, for example --filter '*.Latency.*'; --help lists the options.";
                    return false;
                default:
                    error = $"Unknown option '{arguments[i]}'; --help lists the options.";
                    return false;
            }
        }

        options = new BenchmarkOptions(help, list, quick, output, filters.Count > 0 ? filters : ["*"]);
        return true;
    }

    private static bool HasValueAfter(IReadOnlyList<string> arguments, int i) =>
        i + 1 < arguments.Count && !arguments[i + 1].StartsWith('-');
}
