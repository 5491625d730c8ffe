using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;

namespace WinApi.Server.Tests;

/// <summary>Each message has an id of its own, and docs/troubleshooting.md says what to do about it.</summary>
public sealed partial class LogEventIdTests
{
    private static readonly Dictionary<string, (int First, int Last)> s_ranges = new()
    {
        ["WinApi.Server.Hosting"] = (1, 99),
        ["WinApi.Server.Http2"] = (100, 199),
        ["WinApi.Transport.HyperV.Connections"] = (1000, 1099),
        ["WinApi.Transport.HyperV.Endpoints"] = (1100, 1199),
        ["WinApi.Transport.HyperV.Calls"] = (1200, 1299),
        ["WinApi.Transport.HyperV.Diagnostics"] = (1300, 1399),
        ["WinApi.Transport.HyperV.Connections.Auditing"] = (1400, 1499),
    };

    private static IReadOnlyList<(int Id, string Message, string? Namespace, string Method)> Messages { get; } =
    [
        .. from assembly in new[] { typeof(HyperVChannel).Assembly, Assembly.LoadFrom(Metadata("HostProgram") + ".dll") }
            from type in assembly.GetTypes()
            from method in type.GetMethods(
                BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
            let attribute = method.GetCustomAttribute<LoggerMessageAttribute>()
            where attribute is not null
            select (attribute.EventId, attribute.Message, type.Namespace, $"{type.Name}.{method.Name}"),
    ];

    [Fact]
    public void No_two_messages_share_an_id()
    {
        Messages.Should().HaveCountGreaterThan(15);
        Messages.GroupBy(message => message.Id).Where(group => group.Count() > 1)
            .Select(group => $"{group.Key}: {string.Join(", ", group.Select(message => message.Method))}").Should().BeEmpty();
    }

    [Fact]
    public void Every_id_is_in_the_range_of_its_part()
    {
        foreach (var (id, _, part, method) in Messages)
        {
            s_ranges.Should().ContainKey(part!, $"{method} logs");
            id.Should().BeInRange(s_ranges[part!].First, s_ranges[part!].Last, method);
        }
    }

    [Fact]
    public void Within_a_range_no_id_is_left_out()
    {
        foreach (var part in Messages.GroupBy(message => message.Namespace))
        {
            part.Select(message => message.Id).Order().Should().Equal(
                Enumerable.Range(s_ranges[part.Key!].First, part.Count()), "ids are given one after the other in {0}", part.Key);
        }
    }

    [Fact]
    public async Task The_documentation_lists_each_message_and_no_other()
    {
        var text = await File.ReadAllTextAsync(Metadata("Troubleshooting"), TestContext.Current.CancellationToken);
        var rows = Row().Matches(text).ToDictionary(
            row => int.Parse(row.Groups["id"].ValueSpan, provider: null),
            row => (Message: row.Groups["message"].Value, Advice: row.Groups["advice"].Value));

        rows.Keys.Should().BeEquivalentTo(Messages.Select(message => message.Id));
        foreach (var (id, message, _, _) in Messages)
        {
            message.Should().StartWith(rows[id].Message.Replace("...", "", StringComparison.Ordinal).TrimEnd(), $"the table tells {id}");
            rows[id].Advice.Should().NotBeEmpty();
        }
    }

    private static string Metadata(string key) => typeof(LogEventIdTests).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(entry => entry.Key == key).Value!;

    [GeneratedRegex(@"^\| (?<id>\d+) \| \w+ \| (?<message>[^|]+) \| (?<advice>[^|]+) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
