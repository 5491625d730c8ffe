using WinApi.Native.Tests.Native;

namespace WinApi.Native.Tests.Generator;

/// <summary>What cannot be generated is refused with file, line and column, and what to do.</summary>
public sealed class RefusalTests
{
    [Theory]
    [InlineData("proto2", "// first\nsyntax = \"proto2\";\nmessage A { required int32 a = 1; }\n",
        "bad.proto:2:1: this file is proto2; C is generated for proto3")]
    [InlineData("no syntax", "message A { optional int32 a = 1; }\n",
        "bad.proto:1:1: this file is proto2; C is generated for proto3")]
    [InlineData("group", "syntax = \"proto2\";\nmessage A {\n  optional group B = 1 { optional int32 c = 1; }\n}\n",
        "bad.proto:1:1: this file is proto2")]
    [InlineData("edition", "edition = \"2023\";\nmessage A { int32 a = 1; }\n",
        "bad.proto:1:1: this file is an edition; C is generated for proto3")]
    [InlineData("extension",
        "syntax = \"proto3\";\nimport \"google/protobuf/descriptor.proto\";\n\nextend google.protobuf.MethodOptions {\n  string mark = 50001;\n}\n",
        "bad.proto:5:3: 'mark' extends google.protobuf.MethodOptions; C has no extensions: move it")]
    [InlineData("nested extension",
        "syntax = \"proto3\";\nimport \"google/protobuf/descriptor.proto\";\nmessage A {\n  extend google.protobuf.FieldOptions {\n    bool b = 50002;\n  }\n}\n",
        "bad.proto:5:5: 'b' extends google.protobuf.FieldOptions")]
    [InlineData("type of a proto2 file",
        "syntax = \"proto3\";\nimport \"google/protobuf/descriptor.proto\";\nmessage A {\n  int32 fine = 1;\n  google.protobuf.FileOptions options = 2;\n}\n",
        "bad.proto:5:3: 'options' has the type google.protobuf.FileOptions of google/protobuf/descriptor.proto, which is not proto3")]
    [InlineData("two messages, one C name",
        "syntax = \"proto3\";\npackage p;\nmessage A_B {}\nmessage A {\n  message B {}\n}\n",
        "would both be p_A_B in C; rename one")]
    [InlineData("a member and its flag",
        "syntax = \"proto3\";\nmessage A {\n  optional int32 x = 1;\n  bool has_x = 2;\n}\n",
        "bad.proto:4:3: A.has_x and A.x would both be has_x in C; rename one")]
    [InlineData("a message and a method",
        "syntax = \"proto3\";\nmessage S_M {}\nservice S {\n  rpc M(S_M) returns (S_M);\n}\n",
        "bad.proto:4:3: S.M and S_M would both be S_M in C; rename one")]
    public void Refused(string what, string proto, string message)
    {
        using ProtoFolder folder = new ProtoFolder().With("bad.proto", proto);
        CommandRun run = folder.Generate("bad.proto");
        run.ExitCode.Should().NotBe(0, what);
        run.Output.Should().Contain(message);
        run.Output.Should().NotContain("Unhandled").And.NotContain("   at ");
        Directory.GetFiles(folder.Output).Should().BeEmpty();
    }

    [Fact]
    public void All_that_is_wrong_is_said_at_once()
    {
        using ProtoFolder folder = new ProtoFolder()
            .With("one.proto", "syntax = \"proto2\";\n")
            .With("two.proto", "syntax = \"proto2\";\n");
        folder.Generate("one.proto", "two.proto").Output.Should().Contain("one.proto:1:1:").And.Contain("two.proto:1:1:");
    }

    [Fact]
    public void An_unknown_option_is_refused()
    {
        using ProtoFolder folder = new ProtoFolder().With("a.proto", "syntax = \"proto3\";\n");
        CommandRun run = folder.Generate("--winapi-c_opt=fast", "a.proto");
        run.ExitCode.Should().NotBe(0);
        run.Output.Should().Contain("--winapi-c_opt=fast: this plugin has no options");
    }

    [Fact]
    public void An_imported_file_with_extensions_is_no_hindrance()
    {
        using ProtoFolder folder = new ProtoFolder()
            .With("marks.proto", """
                syntax = "proto3";
                import "google/protobuf/descriptor.proto";
                extend google.protobuf.MethodOptions { string mark = 50001; }
                """)
            .With("a.proto", """
                syntax = "proto3";
                import "marks.proto";
                message A {}
                service S { rpc M(A) returns (A) { option (mark) = "x"; } }
                """);
        folder.Header("a.proto").Should().NotContain("marks");
    }

    [Fact]
    public void Started_by_hand_it_says_what_it_is()
    {
        CommandRun run = CommandRun.Of(ToolPaths.Plugin, ["--help"]);
        run.ExitCode.Should().Be(0);
        run.Output.Should().Contain("--winapi-c_out=");
    }

    [Fact]
    public void Bytes_that_are_no_request_are_refused()
    {
        CommandRun run = CommandRun.Of("sh", ["-c", $"printf '\\377\\377' | {ToolPaths.Plugin}"]);
        run.ExitCode.Should().Be(1);
        run.Output.Should().StartWith("protoc-gen-winapi-c: what came in is no request of protoc");
    }
}
