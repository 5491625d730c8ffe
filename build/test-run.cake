using System.Diagnostics;
using System.Globalization;
using IO = System.IO;

/// Runs the test programs one after another: each is parallel inside.
static class TestRun
{
    /// A test program that runs longer than this hangs; a soak runs as long as it is told to.
    private static TimeSpan Limit => TimeSpan.FromMinutes(15) + TimeSpan.FromMinutes(double.Parse(
        Environment.GetEnvironmentVariable("WINAPI_SOAK_MINUTES") ?? "0", CultureInfo.InvariantCulture));

    /// Without root it only says what is missing. The beds whose tools are missing skip.
    public static void InstallBedTools(Layout layout)
    {
        if (OperatingSystem.IsLinux())
        {
            using Process script = Process.Start(IO.Path.Combine(layout.Root, "tests", "beds", "install-tools.sh"));
            script.WaitForExit();
        }
    }

    public static TestTotals RunAll(Layout layout, IEnumerable<string> projects)
    {
        var totals = TestTotals.None;
        var lines = new List<string>();
        foreach (string project in projects)
        {
            string name = IO.Path.GetFileNameWithoutExtension(project);
            Console.WriteLine($"Running {name}");
            var clock = Stopwatch.StartNew();
            TestTotals result = RunOne(layout, project);
            totals += result;
            string took = clock.Elapsed.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture);
            lines.Add($"  {name,-32} {result.ClosingLine} ({took} s)");
        }

        Console.WriteLine();
        lines.ForEach(Console.WriteLine);
        return totals;
    }

    private static TestTotals RunOne(Layout layout, string project)
    {
        string name = IO.Path.GetFileNameWithoutExtension(project);
        string report = IO.Path.Combine(layout.TestResultsFolder, $"{name}.ctrf.json");
        IO.Directory.CreateDirectory(layout.TestResultsFolder);
        IO.File.Delete(report);

        using Process process = Process.Start(StartInfo(layout, project, report));
        if (!process.WaitForExit(Limit))
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            Console.WriteLine($"It was still running after {Limit.TotalMinutes} minutes and was ended.");
            return TestTotals.OneFailure;
        }

        if (!IO.File.Exists(report))
        {
            Console.WriteLine($"It ended with exit code {process.ExitCode} and left no report.");
            return TestTotals.OneFailure;
        }

        TestTotals totals = TestTotals.Read(report);
        if (process.ExitCode != 0 && totals.FailedTests == 0)
        {
            Console.WriteLine($"It ended with exit code {process.ExitCode}, though its report names no failure.");
            return totals + TestTotals.OneFailure;
        }

        return totals;
    }

    private static ProcessStartInfo StartInfo(Layout layout, string project, string report)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList =
            {
                layout.TestAssembly(project), "-noColor", "-noLogo", "-noAutoReporters", "-reporter", "quiet",
                "-longRunning", "60", "-result-ctrf", report,
            },
        };

        // What is tested is what is delivered.
        start.Environment["WINAPI_TEST_SERVER"] = layout.Host;
        start.Environment["WINAPI_TEST_CLIENT"] = layout.Client;
        start.Environment["WINAPI_TEST_NATIVE_CLIENT"] = layout.TestClient;
        if (IO.Directory.Exists(layout.TestPackageFolder))
        {
            start.Environment["WINAPI_TEST_NATIVE_PACKAGES"] = layout.TestPackageFolder;
        }

        return start;
    }
}
