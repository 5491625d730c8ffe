using System.CommandLine;
using WinApi.Transport.HyperV;

namespace WinApi.Client.Command.CommandLine;

/// <summary>The options that every command takes.</summary>
internal sealed class GlobalOptions
{
    public const string JsonName = "--json";

    public Option<string?> Endpoint { get; } = new("--endpoint")
    {
        Description = "Where the host listens: unix:///path/to.sock, vsock://CID:PORT (Linux; CID 2 is what runs the VM), "
            + "hvsocket://auto/PORT (Windows), tcp://127.0.0.1:PORT, or http://ADDRESS:PORT and https://ADDRESS:PORT for gRPC. Default: WINAPI_ENDPOINT; else in WSL2 "
            + "vsock://2:0x1234 (WINAPI_SOCKET_PORT), elsewhere the socket that a host of the same user opens.",
        HelpName = "URI",
        CustomParser = ValueParsing.Endpoint,
        Recursive = true,
    };

    public Option<bool> Json { get; } = new(JsonName)
    {
        Description = "Print one JSON object on stdout, also for an error: {\"error\":{\"status\":...,\"message\":...}}.",
        Recursive = true,
    };

    public Option<TimeSpan?> Timeout { get; } = new("--timeout")
    {
        Description = "The longest the command may take: 500ms, 5s, 2m. Default: 30s to connect and 30s after; "
            + "perf has no limit once it is connected.",
        HelpName = "TIME",
        CustomParser = ValueParsing.Timeout,
        Recursive = true,
    };

    public Option<SharedMemoryMode> SharedMemory { get; } = new("--shared-memory")
    {
        Description = "Share memory with the host in whatever way is possible, in this one, or carry all bytes inline. "
            + "file: in the file that WINAPI_SHARED_MEM names. Default: auto.",
        HelpName = "auto|none|memfd|wslg|file",
        CustomParser = ValueParsing.SharedMemory,
        Recursive = true,
    };

    public Option<AuthenticationMode> Authentication { get; } = new("--authentication")
    {
        Description = "Whether the host must prove that it knows this user's token: auto asks for it on vsock:. Default: auto.",
        HelpName = "auto|required|none",
        CustomParser = ValueParsing.Authentication,
        Recursive = true,
    };

    public Option<string?> TokenFile { get; } = new("--token-file")
    {
        Description = "The file with the host's token. Default: WINAPI_TOKEN_FILE, else ~/.config/winapi/token and, in WSL2, "
            + @"AppData\Local\WinAPI\token of the Windows user.",
        HelpName = "PATH",
        Recursive = true,
    };

    public void AddTo(RootCommand root)
    {
        root.Options.Add(Endpoint);
        root.Options.Add(Json);
        root.Options.Add(Timeout);
        root.Options.Add(Authentication);
        root.Options.Add(TokenFile);
        root.Options.Add(SharedMemory);
    }
}
