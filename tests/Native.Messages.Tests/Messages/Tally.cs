namespace WinApi.Native.Tests.Messages;

/// <summary>How often both sides agreed.</summary>
internal sealed class Tally
{
    private readonly Dictionary<string, int> _onlyCRefuses = new(StringComparer.Ordinal);
    private readonly List<string> _samples = [];

    public int BothTake { get; set; }

    public int OnlyCRefuses => _onlyCRefuses.Values.Sum();

    public int BothRefuse { get; private set; }

    public void CountRefused(bool byBoth, string reason, string what)
    {
        if (byBoth)
        {
            BothRefuse++;
            return;
        }

        // "the bytes are no X: in Y, field 3: why"
        string[] parts = reason.Split(": ");
        string why = $"{parts[1].Split(',')[0]}: {parts[^1]}";
        _onlyCRefuses[why] = _onlyCRefuses.GetValueOrDefault(why) + 1;
        if (_samples.Count < 5)
        {
            _samples.Add($"{reason}: {what}");
        }
    }

    public override string ToString() =>
        $"both take {BothTake}, both refuse {BothRefuse}, only C refuses "
        + string.Join(", ", _onlyCRefuses.Select(pair => $"{pair.Value} ({pair.Key})"))
        + string.Concat(_samples.Select(sample => "\n" + sample));
}
