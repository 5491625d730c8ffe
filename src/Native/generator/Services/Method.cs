using Google.Protobuf.Reflection;
using WinApi.Native.Generator.Schema;

namespace WinApi.Native.Generator.Services;

/// <summary>The names and traits of a method that its declarations and definitions share.</summary>
internal sealed class Method(MethodDescriptor descriptor)
{
    public MethodDescriptor Descriptor => descriptor;

    public string Name { get; } = CName.Of(descriptor);

    public string Request { get; } = CName.Of(descriptor.InputType);

    public string Reply { get; } = CName.Of(descriptor.OutputType);

    public string Call => Name + "_call";

    /// <summary>The client sends a stream.</summary>
    public bool Writes => descriptor.IsClientStreaming;

    /// <summary>The host sends a stream.</summary>
    public bool Reads => descriptor.IsServerStreaming;

    public bool Streams => Writes || Reads;

    public string Kind => "WINAPI_CALL_" + (Writes, Reads) switch
    {
        (false, false) => "UNARY",
        (true, false) => "CLIENT_STREAMING",
        (false, true) => "SERVER_STREAMING",
        _ => "BIDIRECTIONAL",
    };

    public string Path => $"/{descriptor.Service.FullName}/{descriptor.Name}";

    public string UnarySignature =>
        $"winapi_status {Name}(winapi_channel *channel, const winapi_call_options *options, const {Request} *request, "
        + $"{Reply} *reply, winapi_arena *arena, winapi_error *error)";

    public string UnaryAsyncSignature =>
        $"winapi_call *{Name}_async(winapi_channel *channel, const winapi_call_options *options, "
        + $"const {Request} *request, {Name}_done *done, void *user)";

    public string OpenSignature =>
        $"{Call} *{Name}(winapi_channel *channel, const winapi_call_options *options, {RequestIfOne}winapi_error *error)";

    public string OpenAsyncSignature =>
        $"{Call} *{Name}_async(winapi_channel *channel, const winapi_call_options *options{(Writes ? "" : $", const {Request} *request")})";

    public string WriteSignature => $"winapi_status {Name}_write({Call} *call, const {Request} *request)";

    public string WriteAsyncSignature =>
        $"winapi_status {Name}_write_async({Call} *call, const {Request} *request, winapi_written *written, void *user)";

    public string WritesDoneSignature => $"winapi_status {Name}_writes_done({Call} *call)";

    public string ReadSignature => $"winapi_status {Name}_read({Call} *call, const {Reply} **reply)";

    public string ReadAsyncSignature =>
        $"winapi_status {Name}_read_async({Call} *call, {Name}_read_done *done, void *user)";

    public string FinishSignature => Reads
        ? $"winapi_status {Name}_finish({Call} *call, winapi_error *error)"
        : $"winapi_status {Name}_finish({Call} *call, {Reply} *reply, winapi_arena *arena, winapi_error *error)";

    public string FinishAsyncSignature =>
        $"winapi_status {Name}_finish_async({Call} *call, {(Reads ? "winapi_done" : Name + "_done")} *done, void *user)";

    public string BaseSignature => $"winapi_call *{Name}_base({Call} *call)";

    private string RequestIfOne => Writes ? "" : $"const {Request} *request, ";
}
