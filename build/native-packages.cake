using IO = System.IO;

/// Packages of libwinapi: its sources with the C that is generated, and one for Debian where dpkg is.
class NativePackages
{
    private readonly Layout _layout;
    private readonly string _folder;

    public NativePackages(Layout layout, string folder) => (_layout, _folder) = (layout, folder);

    /// After the build: what it generated and installed is packed.
    public void Make(string version)
    {
        MakeSources($"libwinapi-{version}");
        if (Shell.Finds("dpkg"))
        {
            Shell.Run("cpack", "-G", "DEB", "--config", IO.Path.Combine(_layout.NativeFolder, "build", "CPackConfig.cmake"),
                "-B", _folder);
            IO.Directory.Delete(IO.Path.Combine(_folder, "_CPack_Packages"), recursive: true);
        }
    }

    /// Who has a C compiler and cmake, and no .NET, builds from this.
    private void MakeSources(string name)
    {
        string stage = IO.Path.Combine(_folder, name);
        string source = IO.Path.Combine(_layout.Root, "src", "Native");
        foreach (string folder in new[] { "benchmarks", "cmake", "include", "runtime", "seed", "test_client", "transport" })
        {
            Copy(IO.Path.Combine(source, folder), IO.Path.Combine(stage, folder));
        }

        foreach (string file in new[] { "CMakeLists.txt", "README.md", "libwinapi.map", "libwinapi.pc.in" })
        {
            IO.File.Copy(IO.Path.Combine(source, file), IO.Path.Combine(stage, file));
        }

        IO.File.Copy(IO.Path.Combine(_layout.Root, "LICENSE"), IO.Path.Combine(stage, "LICENSE"));
        Copy(IO.Path.Combine(_layout.Root, "protos", "winapi"), IO.Path.Combine(stage, "protos", "winapi"));
        Copy(IO.Path.Combine(_layout.NativeFolder, "generated"), IO.Path.Combine(stage, "generated"));
        Shell.Run("tar", "--create", "--gzip", "--owner=0", "--group=0", "--directory", _folder,
            "--file", IO.Path.Combine(_folder, $"{name}.tar.gz"), name);
        IO.Directory.Delete(stage, recursive: true);
    }

    private static void Copy(string from, string to)
    {
        IO.Directory.CreateDirectory(to);
        foreach (string file in IO.Directory.GetFiles(from))
        {
            IO.File.Copy(file, IO.Path.Combine(to, IO.Path.GetFileName(file)));
        }

        foreach (string folder in IO.Directory.GetDirectories(from))
        {
            Copy(folder, IO.Path.Combine(to, IO.Path.GetFileName(folder)));
        }
    }
}
