namespace WinApi.Docs.Tests;

/// <summary>The pieces of C programs in the documents, each inside a program that has what it needs.</summary>
public sealed class FragmentTests : IDisposable
{
    private const string Before = """
        #define _POSIX_C_SOURCE 200809L
        #include <poll.h>
        #include <stdbool.h>
        #include <stdio.h>
        #include <winapi.h>
        #include <winapi/v1/echo.winapi.h>
        int main(void) {
            winapi_error error = {.code = WINAPI_OK};
            winapi_channel *channel = winapi_channel_new(NULL, &error);
            winapi_arena *arena = winapi_arena_new();
            winapi_v1_EchoStreamRequest request = {.text = winapi_str("Hello Windows!"), .count = 2};
            winapi_status status = WINAPI_OK;
            bool running = false;
            {
        """;

    private const string After = """
            }
            (void)request, (void)status, (void)running;
            winapi_arena_free(arena);
            winapi_channel_free(channel);
            return error.code == WINAPI_OK ? 0 : 1;
        }
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("winapi-docs-");

    public static TheoryData<string> Fragments =>
        [.. Documents.Fences.Where(fence => fence.Language == "c fragment").Select(fence => fence.ToString())];

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory, MemberData(nameof(Fragments))]
    public async Task A_fragment_compiles_and_runs_in_a_program(string fragment)
    {
        var native = Path.Combine(Documents.RepositoryRoot, "artifacts", "native");
        Assert.SkipUnless(File.Exists(Path.Combine(native, "lib", "libwinapi.a")), "./build.sh has not built the C library.");
        var text = Documents.Fences.Single(fence => fence.ToString() == fragment).Text;
        var source = Path.Combine(_folder.FullName, "fragment.c");
        await File.WriteAllTextAsync(source, $"{Before}\n{text}\n{After}\n", TestContext.Current.CancellationToken);
        await using var host = await HostRun.StartAsync();

        await using var compiler = ProgramRun.Start("cc",
            ["-std=c11", "-Wall", "-Wextra", "-Werror", "-Wno-unused-variable", "-Wno-unused-but-set-variable", source, "-o", $"{_folder.FullName}/fragment", $"-I{native}/include",
                $"{native}/lib/libwinapi.a", "-pthread"]);
        await compiler.Succeeds();
        await using var program = ProgramRun.Start($"{_folder.FullName}/fragment", [], ("WINAPI_ENDPOINT", host.Endpoint));

        await program.Succeeds();
    }
}
