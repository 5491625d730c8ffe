using System.Diagnostics;
using System.Globalization;

namespace WinApi.Transport.HyperV.Tests.Fuzzing;

/// <summary>
/// Gives a target the inputs of its corpus, then changed ones until the time is up. What guides the choice is which branches of
/// the transport an input takes, and what the target says came of it: an input that shows something new is changed further.
/// The same seed makes the same inputs, as far as neither depends on time.
/// </summary>
/// <param name="corpus">The folder of the corpus under <c>Corpus</c>.</param>
/// <param name="target">Tries an input and says what came of it; throws where that must never happen.</param>
/// <param name="framed">Whether the parts of an input are frames.</param>
internal sealed class FuzzRun(string corpus, Func<FuzzInput, Task<string>> target, bool framed)
{
    private const int MostInputs = 5000;
    private const int MostOutcomeChars = 200;
    private const string SecondsVariable = "WINAPI_FUZZ_SECONDS";
    private const string SeedVariable = "WINAPI_FUZZ_SEED";

    private readonly List<FuzzInput> _inputs = [];
    private readonly HashSet<string> _outcomes = [];
    private readonly HashSet<int> _taken = [];
    private readonly HashSet<int> _takenAgain = [];

    public async Task RunAsync(TimeSpan usualTime)
    {
        var seed = Number(SeedVariable) ?? Environment.TickCount;
        var time = Number(SecondsVariable) is { } seconds ? TimeSpan.FromSeconds(seconds) : usualTime;
        foreach (var file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Corpus", corpus)).Order())
        {
            var input = FuzzInput.Parse(await File.ReadAllTextAsync(file));
            await ShowsSomethingNewAsync(input, Path.GetFileName(file));
            _inputs.Add(input);
        }

        var ofCorpus = (Inputs: _inputs.Count, Branches: _takenAgain.Count);
        ofCorpus.Branches.Should().BePositive("the transport's branches should be marked");
        var random = new Random(seed);
        var mutator = new InputMutator(random, _inputs, framed);
        var clock = Stopwatch.StartNew();
        var tried = 0;
        for (; clock.Elapsed < time; tried++)
        {
            var input = mutator.Mutate(_inputs[random.Next(_inputs.Count)]);
            if (await ShowsSomethingNewAsync(input, $"seed {seed}, input {tried}") && _inputs.Count < MostInputs)
            {
                _inputs.Add(input);
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{corpus}: {tried} inputs in {clock.Elapsed.TotalSeconds:0.0} s from seed {seed}; "
            + $"{_inputs.Count - ofCorpus.Inputs} kept beside the {ofCorpus.Inputs} of the corpus; "
            + $"{_takenAgain.Count} ways between branches, {ofCorpus.Branches} of them by the corpus; {_outcomes.Count} outcomes:\n  "
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

    /// <summary>What differs when the same input is tried again is chance, of threads that run at once, and does not count.</summary>
    private async Task<bool> ShowsSomethingNewAsync(FuzzInput input, string name)
    {
        var (outcome, taken) = await TryAsync(input, name);
        var isNew = _outcomes.Add(outcome);
        if (taken.IsSubsetOf(_taken))
        {
            return isNew;
        }

        var (_, again) = await TryAsync(input, name);
        _taken.UnionWith(taken);
        again.IntersectWith(taken);
        isNew |= !again.IsSubsetOf(_takenAgain);
        _takenAgain.UnionWith(again);
        return isNew;
    }

    private async Task<(string Outcome, HashSet<int> Taken)> TryAsync(FuzzInput input, string name)
    {
        Coverage.Clear();
        try
        {
            var outcome = Shorten(await target(input));
            return (outcome, Coverage.Taken());
        }
        catch (Exception e)
        {
            throw new InvalidOperationException(
                $"{corpus}, {name}: {e.Message}\nKeep the input in tests/Fuzzing/Corpus/{corpus}:\n{input}", e);
        }
    }
}
