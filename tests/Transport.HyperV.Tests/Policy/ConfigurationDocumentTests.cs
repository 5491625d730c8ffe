namespace WinApi.Transport.HyperV.Tests.Policy;

/// <summary>docs/configuration.md names every option.</summary>
public sealed class ConfigurationDocumentTests
{
    [Theory]
    [InlineData(typeof(HyperVServerOptions), "## The host")]
    [InlineData(typeof(HyperVChannelOptions), "## A channel")]
    public void Every_option_has_a_row_in_its_table(Type options, string title)
    {
        var text = File.ReadAllText(Find("docs/configuration.md"));
        var start = text.IndexOf($"{title}\n", StringComparison.Ordinal);
        start.Should().BePositive();
        var table = text[start..text.IndexOf("\n## ", start + 1, StringComparison.Ordinal)];

        foreach (var option in options.GetProperties())
        {
            table.Should().Contain($"\n| `{option.Name}` |");
        }
    }

    private static string Find(string path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var file = Path.Combine(folder.FullName, path);
            if (File.Exists(file))
            {
                return file;
            }
        }

        throw new FileNotFoundException($"{path} is in no folder above {AppContext.BaseDirectory}");
    }
}
