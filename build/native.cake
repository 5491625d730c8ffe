using IO = System.IO;

/// Builds libwinapi and its programs with CMake, from the C that the solution's build has generated.
class NativeBuild
{
    private readonly Layout _layout;

    public NativeBuild(Layout layout) => _layout = layout;

    /// libwinapi is for the Linux side of WSL2.
    public static bool IsWanted => OperatingSystem.IsLinux();

    public void Run(string configuration)
    {
        string source = IO.Path.Combine(_layout.Root, "src", "Native");
        string build = IO.Path.Combine(_layout.NativeFolder, "build");
        Console.WriteLine("Building libwinapi");
        CMake(
            "-S", source, "-B", build, "-G", "Unix Makefiles", "-Wno-dev",
            $"-DCMAKE_BUILD_TYPE={configuration}",
            $"-DCMAKE_INSTALL_PREFIX={_layout.NativeFolder}",
            "-DCMAKE_INSTALL_LIBDIR=lib",
            $"-DWINAPI_GENERATED_DIR={IO.Path.Combine(_layout.NativeFolder, "generated")}");
        CMake("--build", build, "--parallel", "2");
        CMake("--install", build);
        PublishPlugin(source);
        Console.WriteLine($"The C library and its programs are in {IO.Path.GetRelativePath(_layout.Root, _layout.NativeFolder)}");
    }

    /// The plugin for users of CMake and make, who need no .NET: compiled ahead of time, linked by gcc.
    private void PublishPlugin(string source) => Shell.Run(
        "dotnet", "publish", IO.Path.Combine(source, "generator"), "-c", "Release", "--use-current-runtime", "-p:PublishAot=true",
        "-p:CppCompilerAndLinker=gcc", "-p:DebugType=none", "-o", IO.Path.Combine(_layout.NativeFolder, "bin"), "-v", "q", "-nologo");

    private static void CMake(params string[] arguments) => Shell.Run("cmake", arguments);
}
