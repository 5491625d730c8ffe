using Google.Protobuf.Reflection;
using WinApi.Native.Generator.Output;

namespace WinApi.Native.Generator.Services;

/// <summary>Declares the stubs of a service.</summary>
internal static class ServiceHeader
{
    public static void Write(CodeText code, ServiceDescriptor service)
    {
        string of = $"The service {service.FullName}. What the verbs do and who owns what is said in winapi/call.h.";
        IReadOnlyList<string> comment = Comment.Lines(service.Declaration?.LeadingComments);
        code.Block([of, .. comment.Count == 0 ? comment : ["", .. comment]]).Line();
        foreach (MethodDescriptor descriptor in service.Methods)
        {
            var method = new Method(descriptor);
            code.Line($"extern const winapi_method {method.Name}_method;").Line();
            if (method.Streams)
            {
                WriteStream(code, method);
            }
            else
            {
                WriteUnary(code, method);
            }
        }
    }

    private static void WriteUnary(CodeText code, Method method)
    {
        code.About(method.Descriptor)
            .Line(method.UnarySignature + ";").Line();
        WriteDone(code, method);
        code.Block(["Calls done exactly once, unless NULL is returned: out of memory. End it with winapi_call_free."])
            .Line(method.UnaryAsyncSignature + ";").Line();
    }

    private static void WriteStream(CodeText code, Method method)
    {
        code.Line($"typedef struct {method.Call} {method.Call};").Line();
        code.About(method.Descriptor)
            .Line(method.OpenSignature + ";").Line();
        code.Block(["The same without waiting for a connection. NULL: out of memory."])
            .Line(method.OpenAsyncSignature + ";").Line();
        if (method.Writes)
        {
            code.Line(method.WriteSignature + ";")
                .Line(method.WriteAsyncSignature + ";")
                .Line(method.WritesDoneSignature + ";").Line();
        }

        if (method.Reads)
        {
            code.Block(["OK and NULL at the end. The reply is valid until the next read."])
                .Line(method.ReadSignature + ";").Line()
                .Line($"typedef void {method.Name}_read_done(winapi_status status, const {method.Reply} *reply, void *user);")
                .Block(["Calls done exactly once if it returns OK, else never."])
                .Line(method.ReadAsyncSignature + ";").Line();
        }
        else
        {
            WriteDone(code, method);
        }

        code.Block(["Waits for the end and frees the call."])
            .Line(method.FinishSignature + ";")
            .Line(method.FinishAsyncSignature + ";").Line()
            .Block(["The call itself, for winapi_call_cancel and its headers and trailers."])
            .Line(method.BaseSignature + ";").Line();
    }

    private static void WriteDone(CodeText code, Method method) =>
        code.Block(["The reply is NULL unless the status is OK, and valid during the callback."])
            .Line($"typedef void {method.Name}_done(winapi_status status, const {method.Reply} *reply, "
                + "const winapi_error *error, void *user);").Line();
}
