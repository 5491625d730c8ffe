using System.IO;
using System.Xml.Linq;
using IO = System.IO;

/// The projects of the solution file.
class Solution
{
    private Solution(string path, IReadOnlyList<string> projects)
    {
        Path = path;
        Projects = projects;
    }

    public string Path { get; }

    public IReadOnlyList<string> Projects { get; }

    public IEnumerable<string> TestProjects => Projects.Where(project => project.EndsWith(".Tests.csproj"));

    /// The guest and the Windows that the tests bring along.
    public IEnumerable<string> TestBeds => Projects.Where(project => project.EndsWith("Beds.Tests.csproj"));

    /// Load with kills and stalls.
    public IEnumerable<string> TestSoak => Projects.Where(project => project.EndsWith("Soak.Tests.csproj"));

    /// What is published as packages says so.
    public IEnumerable<string> Packages =>
        Projects.Where(project => IO.File.ReadAllText(project).Contains("<IsPackable>true</IsPackable>"));

    /// Of all packages.
    public string Version =>
        XDocument.Load(IO.Path.Combine(IO.Path.GetDirectoryName(Path), "Directory.Build.props")).Descendants("VersionPrefix").Single().Value;

    public static Solution Read(string path)
    {
        string folder = IO.Path.GetDirectoryName(path);
        var projects = XDocument.Load(path)
            .Descendants("Project")
            .Select(project => IO.Path.GetFullPath((string)project.Attribute("Path"), folder))
            .ToList();
        return new Solution(path, projects);
    }

    /// A project that the solution does not name would be neither built nor tested, and nobody would notice.
    public void RequireEveryProject()
    {
        string root = IO.Path.GetDirectoryName(Path);
        var missing = new[] { "protos", "src", "tests", "benchmarks" }
            .Select(folder => IO.Path.Combine(root, folder))
            .SelectMany(folder => IO.Directory.EnumerateFiles(folder, "*.csproj", SearchOption.AllDirectories))
            .Except(Projects)
            .Select(project => IO.Path.GetRelativePath(root, project))
            .Where(project => !project.Split(IO.Path.DirectorySeparatorChar).Any(part => part is "bin" or "content")) // of a template
            .ToList();
        if (missing.Count > 0)
        {
            throw new CakeException(
                $"WinApi.slnx does not name {string.Join(", ", missing)}; add it with: dotnet sln add {missing[0]}");
        }
    }
}
