using Google.Protobuf;
using Google.Protobuf.Compiler;
using WinApi.Native.Generator;

if (args.Length > 0 || !Console.IsInputRedirected)
{
    Console.Error.WriteLine("""
        protoc-gen-winapi-c is a plugin of protoc; it takes no arguments of its own:
          protoc --plugin=protoc-gen-winapi-c=PATH-OF-THIS-PROGRAM --winapi-c_out=FOLDER -I PROTO-FOLDER FILE.proto ...
        For every FILE.proto it writes FILE.winapi.h and FILE.winapi.c, to compile and link with libwinapi.
        """);
    return args is ["--help" or "-h"] ? 0 : 2;
}

CodeGeneratorRequest request;
try
{
    using Stream input = Console.OpenStandardInput();
    request = CodeGeneratorRequest.Parser.ParseFrom(input);
}
catch (InvalidProtocolBufferException refused)
{
    Console.Error.WriteLine($"protoc-gen-winapi-c: what came in is no request of protoc: {refused.Message}");
    return 1;
}

using Stream output = Console.OpenStandardOutput();
Plugin.Respond(request).WriteTo(output);
return 0;
