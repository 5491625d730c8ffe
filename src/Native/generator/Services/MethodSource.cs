using Google.Protobuf.Reflection;
using WinApi.Native.Generator.Output;
using WinApi.Native.Generator.Schema;

namespace WinApi.Native.Generator.Services;

/// <summary>Defines the stubs of a method: each hands over to the function of winapi/call.h.</summary>
internal static class MethodSource
{
    public static void Write(CodeText code, MethodDescriptor descriptor)
    {
        var method = new Method(descriptor);
        WriteConstant(code, method);
        if (!method.Streams)
        {
            WriteUnary(code, method);
            return;
        }

        WriteOpen(code, method);
        if (method.Writes)
        {
            WriteWrites(code, method);
        }

        if (method.Reads)
        {
            WriteReads(code, method);
        }

        WriteFinish(code, method);
        Function(code, method.BaseSignature, "return (winapi_call *)call;");
    }

    private static void WriteConstant(CodeText code, Method method) =>
        code.Open($"const winapi_method {method.Name}_method = {{")
            .Line($".path = \"{method.Path}\",")
            .Line($".kind = {method.Kind},")
            .Line($".request = &{CName.Table(method.Descriptor.InputType)},")
            .Line($".response = &{CName.Table(method.Descriptor.OutputType)},")
            .Line($".request_size = sizeof({method.Request}),")
            .Line($".response_size = sizeof({method.Reply}),")
            .Close("};").Line();

    private static void WriteUnary(CodeText code, Method method)
    {
        Function(code, method.UnarySignature,
            $"return winapi_unary(channel, &{method.Name}_method, options, request, reply, arena, error);");
        Closure.WriteDone(code, method);
        Function(code, method.UnaryAsyncSignature,
        [
            .. Closure.Make(method, "done", "NULL"),
            $"winapi_call *call = winapi_unary_async(channel, &{method.Name}_method, options, request, "
                + $"{method.Name}_done_typed, closure);",
            .. Closure.FreeIf("call == NULL"),
            "return call;",
        ]);
    }

    private static void WriteOpen(CodeText code, Method method)
    {
        string request = method.Writes ? "NULL" : "request";
        Function(code, method.OpenSignature,
            $"return ({method.Call} *)winapi_stream_open(channel, &{method.Name}_method, options, {request}, error);");
        Function(code, method.OpenAsyncSignature,
            $"return ({method.Call} *)winapi_stream_open_async(channel, &{method.Name}_method, options, {request});");
    }

    private static void WriteWrites(CodeText code, Method method)
    {
        Function(code, method.WriteSignature, "return winapi_stream_write((winapi_call *)call, request);");
        Function(code, method.WriteAsyncSignature,
            "return winapi_stream_write_async((winapi_call *)call, request, written, user);");
        Function(code, method.WritesDoneSignature, "return winapi_stream_writes_done((winapi_call *)call);");
    }

    private static void WriteReads(CodeText code, Method method)
    {
        Function(code, method.ReadSignature,
            "const void *message = NULL;",
            "winapi_status status = winapi_stream_read((winapi_call *)call, &message);",
            "*reply = message;",
            "return status;");
        Closure.WriteReadDone(code, method);
        Function(code, method.ReadAsyncSignature,
        [
            .. Closure.Make(method, "read_done", "WINAPI_RESOURCE_EXHAUSTED"),
            $"winapi_status status = winapi_stream_read_async((winapi_call *)call, {method.Name}_read_done_typed, closure);",
            .. Closure.FreeIf("status != WINAPI_OK"),
            "return status;",
        ]);
    }

    private static void WriteFinish(CodeText code, Method method)
    {
        string reply = method.Reads ? "NULL, NULL" : "reply, arena";
        Function(code, method.FinishSignature, $"return winapi_stream_finish((winapi_call *)call, {reply}, error);");
        if (method.Reads)
        {
            Function(code, method.FinishAsyncSignature,
                "return winapi_stream_finish_async((winapi_call *)call, done, user);");
            return;
        }

        Closure.WriteDone(code, method);
        Function(code, method.FinishAsyncSignature,
        [
            .. Closure.Make(method, "done", "WINAPI_RESOURCE_EXHAUSTED"),
            $"winapi_status status = winapi_stream_finish_async((winapi_call *)call, {method.Name}_done_typed, closure);",
            .. Closure.FreeIf("status != WINAPI_OK"),
            "return status;",
        ]);
    }

    private static void Function(CodeText code, string signature, params ReadOnlySpan<string> lines)
    {
        code.Open(signature + " {");
        foreach (string line in lines)
        {
            code.Line(line);
        }

        code.Close("}").Line();
    }
}
