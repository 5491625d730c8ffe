using System.Text.Json;

namespace WinApi.Client.Tests;

/// <summary>What tests of the command share: a real host each, and runs of the real command against it.</summary>
public abstract class CommandTest : IAsyncLifetime
{
    private readonly List<IAsyncDisposable> _owned = [];

    private protected HostRun Host { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Host = Own(await HostRun.StartAsync("--log-level", "DEBUG"));

    public async ValueTask DisposeAsync()
    {
        for (var index = _owned.Count - 1; index >= 0; index--)
        {
            await _owned[index].DisposeAsync();
        }
    }

    /// <summary>Starts the command against the test's host.</summary>
    private protected ProgramRun Start(params string[] arguments) =>
        StartAnywhere([.. arguments, "--endpoint", Host.Endpoint]);

    /// <summary>Starts the command with these arguments alone.</summary>
    private protected ProgramRun StartAnywhere(string[] arguments, params (string Name, string Value)[] environment) =>
        Own(ProgramRun.Start(ProgramPaths.Client, arguments, environment));

    /// <summary>Runs the command with --json to its end; it must succeed and print one JSON object alone.</summary>
    private protected async Task<JsonElement> RunForJson(params string[] arguments)
    {
        var program = Start([.. arguments, "--json"]);
        var exitCode = await program.EndsAsync();
        var printed = string.Join('\n', program.Output);
        exitCode.Should().Be(0, printed);
        program.Errors.Should().BeEmpty();
        return ParseObject(program);
    }

    private protected static JsonElement ParseObject(ProgramRun program)
    {
        using var document = JsonDocument.Parse(string.Join('\n', program.Output));
        document.RootElement.ValueKind.Should().Be(JsonValueKind.Object);
        return document.RootElement.Clone();
    }

    private protected static void ShouldFailInOneLine(ProgramRun program) =>
        program.Errors.Should().ContainSingle().Which.Should().StartWith("winapi: ");

    private protected T Own<T>(T owned)
        where T : IAsyncDisposable
    {
        _owned.Add(owned);
        return owned;
    }
}
