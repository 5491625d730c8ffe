using IO = System.IO;

/// Where things are and where they go.
class Layout
{
    private readonly string _root;
    private readonly string _configuration;

    public Layout(string root, string configuration)
    {
        _root = root;
        _configuration = configuration;
    }

    public IReadOnlyList<string> Programs => new[]
    {
        IO.Path.Combine(_root, "src", "Server", "Server.csproj"),
        IO.Path.Combine(_root, "src", "Client", "Command", "winapi.csproj"),
    };

    /// The host of one user of Windows.
    public string Agent => IO.Path.Combine(_root, "src", "Server", "Agent", "WinAPIAgent.csproj");

    /// The scripts that install the host, a folder a platform.
    public string InstallationFolder => IO.Path.Combine(_root, "src", "Server", "Installation");

    public string Root => _root;

    public string ArtifactsFolder => IO.Path.Combine(_root, "artifacts");

    public string ProgramFolder => IO.Path.Combine(ArtifactsFolder, "bin");

    public string PublishFolder(string runtimeIdentifier) => IO.Path.Combine(ArtifactsFolder, "publish", runtimeIdentifier);

    public string PackageFolder => IO.Path.Combine(ArtifactsFolder, "packages");

    /// Packages of libwinapi that are made to be tested.
    public string TestPackageFolder => IO.Path.Combine(ArtifactsFolder, "test-packages");

    public string TestResultsFolder => IO.Path.Combine(ArtifactsFolder, "test-results");

    public string LogFolder => IO.Path.Combine(ArtifactsFolder, "logs");

    public string NativeFolder => IO.Path.Combine(ArtifactsFolder, "native");

    /// The client in C.
    public string TestClient => IO.Path.Combine(NativeFolder, "bin", "test_client");

    public string Host => Program("WinAPIService");

    public string Client => Program("winapi");

    /// What a test project was built into. Its assembly is named after the project.
    public string TestAssembly(string project) => IO.Path.Combine(
        IO.Path.GetDirectoryName(project),
        "bin",
        _configuration,
        "net10.0",
        IO.Path.GetFileNameWithoutExtension(project) + ".dll");

    private string Program(string name) =>
        IO.Path.Combine(ProgramFolder, OperatingSystem.IsWindows() ? name + ".exe" : name);
}
