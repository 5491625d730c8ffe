using WinApi.Native.Tests.Native;

namespace WinApi.Native.Tests.Generator;

/// <summary>C is generated again when a .proto changes, with make and with CMake.</summary>
public sealed class BuildToolTests
{
    private const string Program = """
        #include "a.winapi.h"
        #include <stdio.h>
        int main(void) { A a = { .b = &(B){ .text = winapi_str("x") } }; size_t size;
            printf("%d\n", winapi_message_size(&A_type, &a, &size) ? (int)size : -1); return 0; }
        """;

    private static readonly string Native = Path.Combine(ToolPaths.RepositoryRoot, "src", "Native");

    [Fact]
    public void With_make()
    {
        using ProtoFolder folder = Folder().With("Makefile", $"""
            WINAPI_PROTOC = {ToolPaths.Protoc}
            WINAPI_PROTOC_PLUGIN = {ToolPaths.Plugin}
            CFLAGS = -std=c11 -Wall -Wextra -Wpedantic -Werror -I{Native}/include -Igenerated

            program: program.c generated/a.winapi.c generated/b.winapi.c $(wildcard {Native}/runtime/*.c)
            	$(CC) $(CFLAGS) -o $@ $^

            include {Native}/generator/winapi.mk

            """);
        Check(folder, "program", () => CommandRun.Require("make", "-C", folder.Root));
    }

    [Fact]
    public void With_cmake()
    {
        using ProtoFolder folder = Folder().With("CMakeLists.txt", $"""
            cmake_minimum_required(VERSION 3.20)
            project(sample C)
            include({Native}/cmake/WinapiGenerate.cmake)
            file(GLOB runtime {Native}/runtime/*.c)
            add_executable(program program.c ${"{runtime}"})
            target_include_directories(program PRIVATE {Native}/include)
            winapi_generate(TARGET program PROTOS a.proto b.proto)
            """);
        string build = Path.Combine(folder.Root, "build");
        CommandRun.Require("cmake", "-S", folder.Root, "-B", build, $"-DWINAPI_PROTOC={ToolPaths.Protoc}",
            $"-DWINAPI_PROTOC_PLUGIN={ToolPaths.Plugin}");
        Check(folder, "build/program", () => CommandRun.Require("cmake", "--build", build));
    }

    [Fact]
    public void CMake_says_which_arguments_are_missing()
    {
        using ProtoFolder folder = new ProtoFolder().With("CMakeLists.txt",
            $"cmake_minimum_required(VERSION 3.20)\nproject(sample C)\ninclude({Native}/cmake/WinapiGenerate.cmake)\nwinapi_generate(PROTOS a.proto)\n");
        CommandRun run = CommandRun.Of("cmake", ["-S", folder.Root, "-B", Path.Combine(folder.Root, "build")]);
        run.ExitCode.Should().NotBe(0);
        run.Output.Should().Contain("TARGET and PROTOS must be given");
    }

    private static ProtoFolder Folder() => new ProtoFolder()
        .With("a.proto", "syntax = \"proto3\";\nimport \"b.proto\";\nmessage A { B b = 1; }\n")
        .With("b.proto", B(field: 1))
        .With("program.c", Program);

    private static string B(int field) => $"syntax = \"proto3\";\nmessage B {{ string text = {field}; }}\n";

    private static void Check(ProtoFolder folder, string program, Func<string> build)
    {
        build();
        CommandRun.Require(Path.Combine(folder.Root, program)).Should().Be("5\n");
        string generated = Directory.GetFiles(folder.Root, "b.winapi.c", SearchOption.AllDirectories).Single();
        DateTime before = File.GetLastWriteTimeUtc(generated);
        build();
        File.GetLastWriteTimeUtc(generated).Should().Be(before, "nothing has changed");

        // A tag of two bytes makes the message longer.
        folder.With("b.proto", B(field: 16));
        File.SetLastWriteTimeUtc(Path.Combine(folder.Root, "b.proto"), DateTime.UtcNow.AddSeconds(2));
        build();
        CommandRun.Require(Path.Combine(folder.Root, program)).Should().Be("6\n");
    }
}
