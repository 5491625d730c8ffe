namespace WinApi.Native.Tests.Native;

/// <summary>One way to compile the C programs of these tests; each is built once, when first asked for.</summary>
internal sealed class NativeBuild
{
    private readonly Lazy<string> _folder;

    private NativeBuild(string name, string compiler, params string[] options) =>
        _folder = new Lazy<string>(() => Build(name, compiler, options));

    public static NativeBuild Optimized { get; } = new("optimized", "gcc");

    public static NativeBuild Sanitized { get; } = new("sanitized", Clang, "-DSANITIZERS=address,undefined");

    public static NativeBuild Fuzzed { get; } =
        new("fuzzed", Clang, "-DSANITIZERS=address,undefined", "-DFUZZ=ON");

    public static NativeBuild Named(string name) => name switch
    {
        nameof(Optimized) => Optimized,
        nameof(Sanitized) => Sanitized,
        nameof(Fuzzed) => Fuzzed,
        _ => throw new ArgumentException($"no build is called '{name}'", nameof(name)),
    };

    private static string Clang => Array.Find(
        ["clang", "clang-14", "clang-16", "clang-18"],
        name => Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, name))))
        ?? throw new InvalidOperationException("No clang in PATH: the sanitizer and fuzz builds need it (apt-get install clang libclang-rt-dev).");

    public string Program(string name) => Path.Combine(_folder.Value, name);

    private static string Build(string name, string compiler, string[] options)
    {
        string folder = Path.Combine(ToolPaths.RepositoryRoot, "artifacts", "native", "message-tests", name);
        CommandRun.Require("cmake",
        [
            "-S", Path.Combine(ToolPaths.Tests, "native"), "-B", folder, "-DCMAKE_BUILD_TYPE=Release",
            $"-DCMAKE_C_COMPILER={compiler}", $"-DWINAPI_PROTOC={ToolPaths.Protoc}",
            $"-DWINAPI_PROTOC_PLUGIN={ToolPaths.Plugin}", $"-DWELL_KNOWN_PROTOS={ToolPaths.WellKnownProtos}", .. options,
        ]);
        CommandRun.Require("cmake", "--build", folder, "--parallel", "2");
        return folder;
    }
}
