namespace WinApi.Packages.Tests;

/// <summary>The packages of libwinapi, used as those do who have a C compiler and no .NET.</summary>
public sealed class NativePackageTests : IDisposable
{
    private const string Program = """
        #include <stdio.h>
        #include "winapi.h"
        #include "winapi/v1/clipboard.winapi.h"
        int main(void) {
            winapi_error error = {.code = WINAPI_OK};
            winapi_channel_options options = {.endpoint = "unix:///nonexistent/winapi.sock"};
            winapi_channel *channel = winapi_channel_new(&options, &error);
            winapi_status status = channel == NULL ? error.code : winapi_channel_connect(channel, &error);
            (void)printf("%s\n", winapi_status_name(status));
            winapi_channel_free(channel);
            return 0;
        }
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("winapi-native-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task The_sources_are_compiled_with_cmake_alone_and_installed_and_used()
    {
        var sources = Package("libwinapi-*.tar.gz");
        await ShellAsync($"tar --extract --gzip --file '{sources}' --strip-components 1");

        // env -i: no protoc, no plugin and no .NET is to be found.
        await ShellAsync("env -i PATH=/usr/bin:/bin cmake -S . -B out -DCMAKE_INSTALL_PREFIX=$PWD/root -DCMAKE_INSTALL_LIBDIR=lib "
            + "&& env -i PATH=/usr/bin:/bin cmake --build out --parallel 2 && cmake --install out");
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "program.c"), Program, TestContext.Current.CancellationToken);
        await ShellAsync("cc -std=c11 -Wall -Wextra -Wpedantic -Werror program.c -o program -Iroot/include root/lib/libwinapi.a -pthread");

        (await ShellAsync("./program")).Should().Be("UNAVAILABLE\n");
        (await ShellAsync("./root/bin/test_client --help")).Should().Contain("--integration");
    }

    [Fact]
    public async Task The_package_for_Debian_has_all_that_a_program_needs()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/dpkg-deb"), "dpkg-deb is Debian's.");
        var package = Package("libwinapi-dev_*.deb");
        var version = Path.GetFileName(Package("libwinapi-*.tar.gz"))["libwinapi-".Length..^".tar.gz".Length];
        await ShellAsync($"dpkg-deb --extract '{package}' root");
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "program.c"), Program, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            Path.Combine(_folder.FullName, "CMakeLists.txt"),
            """
            cmake_minimum_required(VERSION 3.20)
            project(program C)
            find_package(winapi REQUIRED)
            add_executable(program program.c)
            target_link_libraries(program winapi::static)
            """,
            TestContext.Current.CancellationToken);

        await ShellAsync("cmake -S . -B out -DCMAKE_PREFIX_PATH=$PWD/root/usr && cmake --build out");

        (await ShellAsync("./out/program")).Should().Be("UNAVAILABLE\n");
        (await ShellAsync("LD_LIBRARY_PATH=root/usr/lib ldd root/usr/bin/test_client")).Should().NotContain("not found");
        (await ShellAsync($"dpkg-deb --field '{package}' Version")).Should().StartWith(version, "both are of one version");
        (await ShellAsync($"dpkg-deb --contents '{package}'")).Should().ContainAll(
            "./usr/lib/pkgconfig/libwinapi.pc", "./usr/share/winapi/protos/winapi/v1/screen.proto", "./usr/lib/libwinapi.so.0");
    }

    /// <summary>Made by the build, of what it has built.</summary>
    private static string Package(string pattern)
    {
        var folder = Environment.GetEnvironmentVariable("WINAPI_TEST_NATIVE_PACKAGES");
        Assert.SkipWhen(folder is null, "The packages are not made: ./build.sh test makes them.");
        return Directory.GetFiles(folder, pattern).Should().ContainSingle($"{pattern} is in {folder}").Subject;
    }

    private Task<string> ShellAsync(string command) => Command.RunAsync(_folder.FullName, "sh", "-e", "-c", command);
}
