// The build. build.sh and build.cmd start it; 'help' there lists the targets.
#load "build/*.cake"
using IO = System.IO;

var configuration = Argument("configuration", "Release");
var root = Context.Environment.WorkingDirectory.FullPath;
var solution = Solution.Read(IO.Path.Combine(root, "WinApi.slnx"));
var layout = new Layout(root, configuration);

Task("build").Does(() =>
{
    solution.RequireEveryProject();
    Console.WriteLine($"Building {solution.Projects.Count} projects ({configuration})");
    DotNetMSBuild(solution.Path, new DotNetMSBuildSettings { Verbosity = DotNetVerbosity.Quiet, NoLogo = true }
        .SetConfiguration(configuration)
        .WithTarget("Build")
        .WithArgumentCustomization(arguments => arguments.Append("-restore")));

    // One folder for both programs: central package versions give them the same libraries.
    foreach (string program in layout.Programs)
    {
        DotNetPublish(program, new DotNetPublishSettings
        {
            Configuration = configuration,
            OutputDirectory = layout.ProgramFolder,
            NoBuild = true,
            Verbosity = DotNetVerbosity.Quiet,
            NoLogo = true,
        });
    }

    Console.WriteLine($"The programs are in {IO.Path.GetRelativePath(root, layout.ProgramFolder)}");
    if (NativeBuild.IsWanted)
    {
        new NativeBuild(layout).Run(configuration);
    }
}).OnError(Failure.Report);

Task("demo").IsDependentOn("build").Does(() => new Demo(layout).RunAsync()).OnError(Failure.Report);

Task("test").IsDependentOn("build").Does(() =>
{
    if (NativeBuild.IsWanted)
    {
        CleanDirectory(layout.TestPackageFolder);
        new NativePackages(layout, layout.TestPackageFolder).Make(solution.Version);
    }

    TestRun.RunAll(layout, solution.TestProjects).EndWithClosingLine();
}).OnError(Failure.Report);

Task("beds").IsDependentOn("build").Does(() =>
{
    TestRun.InstallBedTools(layout);
    TestRun.RunAll(layout, solution.TestBeds).EndWithClosingLine();
}).OnError(Failure.Report);

Task("soak").IsDependentOn("build").Does(() =>
{
    Environment.SetEnvironmentVariable("WINAPI_SOAK_MINUTES", Argument("minutes", "3"));
    TestRun.RunAll(layout, solution.TestSoak).EndWithClosingLine();
}).OnError(Failure.Report);

Task("publish").Does(() =>
{
    foreach (PublishPlatform platform in PublishPlatform.All(layout))
    {
        // One folder for all programs of a platform: they share one runtime.
        CleanDirectory(platform.Folder);
        foreach (string program in platform.Programs)
        {
            DotNetPublish(program, new DotNetPublishSettings
            {
                Configuration = configuration,
                Runtime = platform.RuntimeIdentifier,
                SelfContained = true,
                OutputDirectory = platform.Folder,
                Verbosity = DotNetVerbosity.Quiet,
                NoLogo = true,
                MSBuildSettings = platform.SettingsOf(program),
            });
        }

        platform.CopyScripts();
        Console.WriteLine($"{platform.RuntimeIdentifier} is in {IO.Path.GetRelativePath(root, platform.Folder)}");
    }
}).OnError(Failure.Report);

Task("pack").IsDependentOn("build").Does(() =>
{
    CleanDirectory(layout.PackageFolder);
    foreach (string project in solution.Packages)
    {
        DotNetPack(project, new DotNetPackSettings
        {
            Configuration = configuration,
            OutputDirectory = layout.PackageFolder,
            NoBuild = true,
            Verbosity = DotNetVerbosity.Quiet,
            NoLogo = true,
        });
    }

    if (NativeBuild.IsWanted)
    {
        new NativePackages(layout, layout.PackageFolder).Make(solution.Version);
    }

    Console.WriteLine($"The packages are in {IO.Path.GetRelativePath(root, layout.PackageFolder)}");
}).OnError(Failure.Report);

Task("clean").Does(() =>
{
    CleanDirectory(layout.ArtifactsFolder);
    foreach (string project in solution.Projects)
    {
        string folder = IO.Path.GetDirectoryName(project);
        CleanDirectories(new[] { new DirectoryPath($"{folder}/bin"), new DirectoryPath($"{folder}/obj") });
    }
}).OnError(Failure.Report);

RunTarget(Argument("target", "build"));
