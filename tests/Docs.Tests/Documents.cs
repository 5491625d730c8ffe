using System.Reflection;

namespace WinApi.Docs.Tests;

/// <summary>All that is written for users, and the code in it.</summary>
internal static class Documents
{
    private static readonly string[] s_others =
        ["README.md", "CONTRIBUTING.md", "ARCHITECTURE.md", "benchmarks/README.md", "src/Native/README.md", "src/Native/generator/README.md"];

    public static string RepositoryRoot { get; } = typeof(Documents).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(entry => entry.Key == "RepositoryRoot").Value!;

    public static IReadOnlyList<Fence> Fences { get; } =
    [
        .. s_others.Concat(Directory.GetFiles(Path.Combine(RepositoryRoot, "docs"), "*.md").Order()
            .Select(path => Path.GetRelativePath(RepositoryRoot, path))).SelectMany(Read),
    ];

    private static IEnumerable<Fence> Read(string document)
    {
        var lines = File.ReadAllLines(Path.Combine(RepositoryRoot, document));
        for (var index = 0; index < lines.Length; index++)
        {
            if (lines[index].StartsWith("```", StringComparison.Ordinal))
            {
                var end = Array.IndexOf(lines, "```", index + 1);
                end.Should().BePositive($"{document}:{index + 1} has an end");
                yield return new Fence(document, index + 1, lines[index][3..], string.Join('\n', lines[(index + 1)..end]));
                index = end;
            }
        }
    }
}
