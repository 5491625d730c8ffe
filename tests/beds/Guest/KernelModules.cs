namespace WinApi.Beds.Tests.Guest;

/// <summary>Drivers of the guest's kernel, with those they need, in the order in which they load.</summary>
internal static class KernelModules
{
    /// <param name="folder">The kernel's folder, with modules.dep.</param>
    /// <param name="names">As modprobe would take them.</param>
    public static IReadOnlyList<string> WithDependencies(string folder, IEnumerable<string> names)
    {
        // "path/of.ko: path/it/needs.ko path/that/needs.ko", what is needed most deeply last.
        var lines = File.ReadLines(Path.Combine(folder, "modules.dep"))
            .Select(line => line.Split(':', 2))
            .ToDictionary(parts => Name(parts[0]), parts => (Path: parts[0], Needs: parts[1]));
        return [.. names
            .SelectMany(name => lines[name].Needs.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Reverse().Append(lines[name].Path))
            .Distinct()
            .Select(path => Path.Combine(folder, path))];
    }

    private static string Name(string path) => Path.GetFileNameWithoutExtension(path);
}
