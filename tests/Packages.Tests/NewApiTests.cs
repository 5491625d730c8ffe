using System.Diagnostics;
using System.IO.Compression;

namespace WinApi.Packages.Tests;

/// <summary>What docs/adding-an-api.md tells, from an empty folder and against packages: nothing of the source tree is used but libwinapi.</summary>
public sealed class NewApiTests(PackageFeed feed) : IClassFixture<PackageFeed>
{
    private static string Native => Path.Combine(PackageFeed.RepositoryRoot, "artifacts", "native");

    [Fact]
    public async Task A_new_API_is_served_and_called_from_CSharp_and_C_and_a_new_field_reaches_both()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "libwinapi is for Linux.");
        var folder = await feed.NewApiAsync("Kettle");

        await Command.RunAsync(folder, "dotnet", "build", "host", "-c", "Release", "-nologo", "-v", "q");
        var tests = await Command.RunAsync(folder, "dotnet", "run", "-c", "Release", "--project", "tests");
        await Command.RunAsync(folder, "dotnet", "build", "client", "-c", "Release", "-nologo", "-v", "q");
        await Command.RunAsync(folder, "cmake", "-S", "native", "-B", "native/build", $"-DCMAKE_PREFIX_PATH={Native}");
        await Command.RunAsync(folder, "cmake", "--build", "native/build");
        using var host = Process.Start(Command.StartInfo(folder, $"{folder}/host/bin/Release/net10.0/Kettle.Host", []))!;
        try
        {
            await ListensAsync(host, folder);

            var fromCSharp = await Command.RunAsync(folder, $"{folder}/client/bin/Release/net10.0/Kettle.Client", "abc");
            var fromC = await Command.RunAsync(folder, $"{folder}/native/build/kettle", "abcde");
            var (exitCode, refused) = await Command.TryAsync(folder, $"{folder}/native/build/kettle", "");

            tests.Should().Contain("Failed: 0").And.Contain("Total: 2");
            fromCSharp.Should().Be("23 degrees\n");
            fromC.Should().Be("25 degrees\n");
            (exitCode, refused).Should().Be((1, "INVALID_ARGUMENT: sensor is empty: name one\n"));
        }
        finally
        {
            host.Kill();
            await host.WaitForExitAsync(CancellationToken.None);
        }

        await ChangeProtoAsync(folder, "double celsius = 1;", "double celsius = 1;\n  string unit_name = 2;");
        await Command.RunAsync(folder, "dotnet", "build", "host", "-c", "Release", "-nologo", "-v", "q");
        (await File.ReadAllTextAsync($"{folder}/native/generated/kettle.winapi.h")).Should().Contain("unit_name");
        Directory.GetFiles($"{folder}/protos/obj", "Kettle.cs", SearchOption.AllDirectories)
            .Should().ContainSingle().Which.Should().Match(path => File.ReadAllText(path).Contains("UnitName"));
    }

    [Fact]
    public async Task A_typo_in_the_proto_is_told_with_its_file_and_line()
    {
        var folder = await feed.NewApiAsync("Lamp");
        await ChangeProtoAsync(folder, "double celsius = 1;", "duoble celsius = 1;");

        var (exitCode, output) = await Command.TryAsync(folder, "dotnet", "build", "host", "-nologo", "-v", "q");

        exitCode.Should().NotBe(0);
        output.Should().MatchRegex(@"lamp\.proto\(25,\d+\): error : ""duoble"" is not defined");
    }

    [Theory]
    [InlineData("WinApi.Transport.HyperV", "lib/net10.0/WinApi.Transport.HyperV.xml")]
    [InlineData("WinApi.Transport.Http2", "lib/net10.0/WinApi.Transport.Http2.xml")]
    [InlineData("WinApi.Hosting", "lib/net10.0/WinApi.Hosting.xml")]
    [InlineData("WinApi.Client", "lib/net10.0/WinApi.Client.xml")]
    [InlineData("WinApi.Codegen", "tools/protoc-gen-winapi-c.dll")]
    [InlineData("WinApi.Codegen", "proto/winapi/buffer.proto")]
    public void A_package_has_its_documentation_or_tools_a_readme_and_a_licence(string package, string file)
    {
        using var archive = ZipFile.OpenRead(Path.Combine(feed.Packages, $"{package}.{feed.Version}.nupkg"));

        archive.Entries.Select(entry => entry.FullName).Should().Contain([file, "README.md"]);
        using var specification = new StreamReader(archive.GetEntry($"{package}.nuspec")!.Open());
        specification.ReadToEnd().Should().Contain("""<license type="expression">MIT</license>""");
    }

    [Theory]
    [InlineData("WinApi.Transport.HyperV")]
    [InlineData("WinApi.Transport.Http2")]
    [InlineData("WinApi.Hosting")]
    [InlineData("WinApi.Client")]
    [InlineData("WinApi.Protos")]
    public void A_library_has_a_package_of_symbols(string package) =>
        File.Exists(Path.Combine(feed.Packages, $"{package}.{feed.Version}.snupkg")).Should().BeTrue();

    private static async Task ChangeProtoAsync(string folder, string from, string to)
    {
        var proto = Directory.GetFiles(Path.Combine(folder, "protos"), "*.proto").Single();
        var text = await File.ReadAllTextAsync(proto);
        text.Should().Contain(from);
        await File.WriteAllTextAsync(proto, text.Replace(from, to, StringComparison.Ordinal));
    }

    /// <summary>The file of the socket appears when the host listens.</summary>
    private static async Task ListensAsync(Process host, string folder)
    {
        for (var start = Stopwatch.GetTimestamp(); !File.Exists($"{folder}/host.sock"); await Task.Delay(50))
        {
            host.HasExited.Should().BeFalse("the host should listen");
            Stopwatch.GetElapsedTime(start).Should().BeLessThan(TimeSpan.FromMinutes(1), "the host should listen");
        }
    }
}
