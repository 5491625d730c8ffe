using System.Diagnostics;
using System.Globalization;

namespace WinApi.Transport.HyperV.Tests.Fuzzing;

/// <summary>
/// Gives a target the inputs of its corpus, then changed ones until the time is up, some side by side. What a target says came
/// of an input guides the choice: an input with a new outcome is changed further. The same seed makes the same inputs, as far
/// as outcomes do not depend on time.
/// </summary>
/// <param name="corpus">The folder of the corpus under <c>Fuzzing/Corpus</c>.</param>
/// <param name="target">Tries an input and says what came of it; throws where that must never happen.</param>
internal sealed class FuzzRun(string corpus, Func<FuzzInput, Task<string>> target)
{
    private const int SideBySide = 8;
    private const int MostInputs = 1000;
    private const int MostOutcomeChars = 200;
    private const string SecondsVariable = "WINAPI_FUZZ_SECONDS";
    private const string SeedVariable = "WINAPI_FUZZ_SEED";

    private readonly List<FuzzInput> _inputs = [];
    private readonly HashSet<string> _outcomes = [];

    public async Task RunAsync(TimeSpan usualTime)
    {
        var seed = Number(SeedVariable) ?? Environment.TickCount;
        var time = Number(SecondsVariable) is { } seconds ? TimeSpan.FromSeconds(seconds) : usualTime;
        foreach (var file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Fuzzing", "Corpus", corpus)).Order())
        {
            var input = FuzzInput.Parse(await File.ReadAllTextAsync(file));
            _inputs.Add(input);
            _outcomes.Add(await TryAsync(input, Path.GetFileName(file)));
        }

        var random = new Random(seed);
        var mutator = new InputMutator(random, _inputs);
        var clock = Stopwatch.StartNew();
        var tried = 0;
        for (; clock.Elapsed < time; tried += SideBySide)
        {
            var first = tried;
            var inputs = Enumerable.Range(0, SideBySide)
                .Select(_ => mutator.Mutate(_inputs[random.Next(_inputs.Count)])).ToArray();
            var outcomes = await Task.WhenAll(
                inputs.Select((input, index) => TryAsync(input, $"seed {seed}, input {first + index}")));
            Keep(inputs, outcomes);
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{corpus}: {tried} inputs in {clock.Elapsed.TotalSeconds:0.0} s from seed {seed}, {_outcomes.Count} outcomes:\n  "
            + string.Join("\n  ", _outcomes.Order().Select(Printable)));
    }

    /// <summary>Outcomes quote what came; a report of tests cannot hold all of it.</summary>
    private static string Printable(string outcome) => string.Concat(outcome.Select(one => char.IsControl(one) ? '?' : one));

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Without numbers and what is quoted, which differ with every input.</summary>
    private static string Shorten(string outcome)
    {
        var unquoted = string.Join('\'', outcome.Split('\'').Where((_, index) => index % 2 == 0));
        return new string([.. unquoted.Where(letter => !char.IsAsciiDigit(letter)).Take(MostOutcomeChars)]);
    }

    /// <summary>Those with a new outcome are changed further.</summary>
    private void Keep(FuzzInput[] inputs, string[] outcomes)
    {
        for (var index = 0; index < inputs.Length; index++)
        {
            if (_outcomes.Add(outcomes[index]) && _inputs.Count < MostInputs)
            {
                _inputs.Add(inputs[index]);
            }
        }
    }

    private async Task<string> TryAsync(FuzzInput input, string name)
    {
        try
        {
            return Shorten(await target(input));
        }
        catch (Exception e)
        {
            throw new InvalidOperationException(
                $"{corpus}, {name}: {e.Message}\nKeep the input in Fuzzing/Corpus/{corpus}:\n{input}", e);
        }
    }
}
