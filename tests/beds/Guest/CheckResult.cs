using System.Text.Json;

namespace WinApi.Beds.Tests.Guest;

/// <summary>What a program that ran in the guest printed, and how it ended.</summary>
internal sealed record CheckResult(int ExitCode, string Output, string Errors)
{
    /// <summary>busybox's timeout ends a program with SIGTERM.</summary>
    private const int EndedByTimeout = 143;

    public string Everything => $"[{Output.Trim()}] and on standard error [{Errors.Trim()}]"
        + (ExitCode == EndedByTimeout ? ", and was ended after a minute" : "");

    /// <summary>The object it printed, after a look at its exit code.</summary>
    public JsonElement Json
    {
        get
        {
            ExitCode.Should().Be(0, $"it printed {Everything}");
            using var document = JsonDocument.Parse(Output);
            return document.RootElement.Clone();
        }
    }

    /// <summary>Reads what checks.sh has left of a check.</summary>
    public static CheckResult Read(string folder, string name) => new(
        int.Parse(Text(folder, name, "code"), System.Globalization.CultureInfo.InvariantCulture),
        Text(folder, name, "out"),
        Text(folder, name, "err"));

    private static string Text(string folder, string name, string kind) =>
        File.ReadAllText(Path.Combine(folder, $"{name}.{kind}"));
}
