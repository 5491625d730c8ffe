using WinApi.Native.Tests.Native;

namespace WinApi.Native.Tests.Generator;

/// <summary>What the generator writes.</summary>
public sealed class GeneratedCodeTests
{
    private static readonly string[] Kinds =
        ["kinds/imported.proto", "kinds/kinds.proto", "kinds/references.proto", "kinds/service.proto", "kinds/well_known.proto"];

    [Fact]
    public void Comments_of_the_proto_are_comments_of_the_header()
    {
        using ProtoFolder folder = new ProtoFolder().With("a.proto", """
            // About the file.
            syntax = "proto3";

            // About A,
            //   indented.
            //
            // And a /* trap */ in it.
            message A {
              // Above.
              int32 above = 1;
              int32 behind = 2; // Behind.
              oneof choice {
                // A member.
                string member = 3;
              }
              int32 old = 4 [deprecated = true];
            }

            // About E.
            enum E {
              // Zero.
              NONE = 0;
            }
            """);
        folder.Header("a.proto").Should()
            .Contain("/* About the file. */")
            .And.Contain("/* About A,\n     indented.\n\n   And a / * trap * / in it. */\nstruct A {\n    /* Above. */\n    int32_t above;\n")
            .And.Contain("    /* Behind. */\n    int32_t behind;\n")
            .And.Contain("            /* A member. */\n            winapi_string member;\n")
            .And.Contain("    /* Deprecated. */\n    int32_t old;\n")
            .And.Contain("/* About E. */\ntypedef int32_t E;\nenum {\n    /* Zero. */\n    NONE = 0\n};\n");
    }

    [Fact]
    public void The_same_protos_give_the_same_bytes_in_any_order()
    {
        using var first = new ProtoFolder();
        using var second = new ProtoFolder();
        foreach (ProtoFolder folder in (ProtoFolder[])[first, second])
        {
            CopyKinds(folder);
        }

        first.Generate(Kinds).ExitCode.Should().Be(0);
        second.Generate([.. Kinds.Reverse()]).ExitCode.Should().Be(0);
        foreach (string file in Directory.GetFiles(first.Output, "*", SearchOption.AllDirectories))
        {
            second.Read(Path.GetRelativePath(first.Output, file)).Should().Be(File.ReadAllText(file), file);
        }
    }

    [Theory]
    [InlineData("gcc", "-std=c11")]
    [InlineData("gcc", "-std=c17", "-O2", "-Wconversion", "-Wshadow", "-Wstrict-prototypes", "-Wmissing-prototypes")]
    [InlineData("g++", "-x", "c++", "-std=c++17")]
    public void Headers_and_sources_compile_without_a_warning(string compiler, params string[] options)
    {
        using var folder = new ProtoFolder();
        CopyKinds(folder);
        folder.Generate([.. Kinds, "google/protobuf/any.proto", "google/protobuf/duration.proto", "google/protobuf/empty.proto",
            "google/protobuf/field_mask.proto", "google/protobuf/struct.proto", "google/protobuf/timestamp.proto",
            "google/protobuf/wrappers.proto", "winapi/buffer.proto"]).ExitCode.Should().Be(0);
        string ending = compiler == "g++" ? "*.winapi.h" : "*.winapi.c";
        foreach (string file in Directory.GetFiles(folder.Output, ending, SearchOption.AllDirectories))
        {
            CommandRun run = CommandRun.Of(compiler,
            [
                .. options, "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only", $"-I{folder.Output}",
                "-I" + Path.Combine(ToolPaths.RepositoryRoot, "src", "Native", "include"), file,
            ]);
            run.ExitCode.Should().Be(0, run.Output);
        }
    }

    [Fact]
    public void Every_name_begins_with_the_package()
    {
        using ProtoFolder folder = new ProtoFolder().With("a.proto", """
            syntax = "proto3";
            package some.pack;
            message A { oneof x { int32 y = 1; } map<string, int32> m = 2; enum E { Z = 0; } }
            service S { rpc M(stream A) returns (stream A); rpc N(A) returns (A); }
            """);
        folder.Header("a.proto");
        CommandRun.Require("gcc", "-std=c11", "-c", "-o", Path.Combine(folder.Root, "a.o"), $"-I{folder.Output}",
            "-I" + Path.Combine(ToolPaths.RepositoryRoot, "src", "Native", "include"),
            Path.Combine(folder.Output, "a.winapi.c"));
        string[] defined = CommandRun.Require("nm", "--defined-only", "-g", "-P", Path.Combine(folder.Root, "a.o"))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        defined.Should().HaveCountGreaterThan(10).And.OnlyContain(symbol => symbol.StartsWith("some_pack_"));
    }

    [Fact]
    public void A_file_without_a_service_needs_no_transport()
    {
        using ProtoFolder folder = new ProtoFolder().With("a.proto", "syntax = \"proto3\";\nmessage A {}\n");
        folder.Header("a.proto").Should().NotContain("call.h");
    }

    [Fact]
    public void Only_imports_whose_types_are_used_are_included()
    {
        using ProtoFolder folder = new ProtoFolder()
            .With("used.proto", "syntax = \"proto3\";\nmessage Used {}\n")
            .With("unused.proto", "syntax = \"proto3\";\nmessage Unused {}\n")
            .With("passed.proto", "syntax = \"proto3\";\nmessage Passed {}\n")
            .With("a.proto", """
                syntax = "proto3";
                import "used.proto";
                import "unused.proto";
                import public "passed.proto";
                message A { repeated Used used = 1; }
                """);
        folder.Header("a.proto").Should().Contain("#include \"used.winapi.h\"")
            .And.Contain("#include \"passed.winapi.h\"").And.NotContain("unused");
    }

    private static void CopyKinds(ProtoFolder folder)
    {
        foreach (string name in Kinds)
        {
            folder.With(name, File.ReadAllText(Path.Combine(ToolPaths.Tests, "protos", name)));
        }

        folder.With("winapi/buffer.proto",
            File.ReadAllText(Path.Combine(ToolPaths.RepositoryRoot, "protos", "winapi", "buffer.proto")));
    }
}
