using System.Diagnostics;
using IO = System.IO;

/// Programs that the build starts and waits for.
static class Shell
{
    /// Whether a program of that name is on the path.
    public static bool Finds(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(IO.Path.PathSeparator).Any(folder => IO.File.Exists(IO.Path.Combine(folder, program)));

    /// Quiet while all is well.
    public static void Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        });
        System.Threading.Tasks.Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            Console.WriteLine(output);
            Console.WriteLine(errors.Result);
            throw new CakeException($"{program} {arguments[0]} ended with exit code {process.ExitCode}");
        }
    }
}
