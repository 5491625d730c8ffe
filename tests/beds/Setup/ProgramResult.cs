using System.Text.Json;

namespace WinApi.Beds.Tests.Setup;

/// <summary>What a program printed, and how it ended.</summary>
internal sealed record ProgramResult(int ExitCode, string Output, string Errors)
{
    public string Everything =>
        $"exit code {ExitCode}, [{Output.Trim()}] and on standard error [{Errors.Trim()}]";

    /// <summary>The object it printed, after a look at its exit code.</summary>
    public JsonElement Json
    {
        get
        {
            ExitCode.Should().Be(0, "it should succeed: {0}", Everything);
            using var document = JsonDocument.Parse(Output);
            return document.RootElement.Clone();
        }
    }
}
