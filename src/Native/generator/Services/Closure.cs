using WinApi.Native.Generator.Output;

namespace WinApi.Native.Generator.Services;

/// <summary>
/// What carries a typed callback through the untyped one: calling a function through a pointer of another type is
/// undefined in C, so the typed one is kept beside its `user` until it is due.
/// </summary>
internal static class Closure
{
    public static void WriteDone(CodeText code, Method method) => WriteTyped(code, method, "done",
        "winapi_status status, const void *reply, const winapi_error *error, void *user", "status, reply, error, ");

    public static void WriteReadDone(CodeText code, Method method) => WriteTyped(code, method, "read_done",
        "winapi_status status, const void *reply, void *user", "status, reply, ");

    public static string[] Make(Method method, string callback, string failure) =>
    [
        $"{method.Name}_{callback}_closure *closure = malloc(sizeof *closure);",
        "if (closure == NULL) {",
        $"    return {failure};",
        "}",
        "closure->done = done;",
        "closure->user = user;",
    ];

    public static string[] FreeIf(string failed) =>
    [
        $"if ({failed}) {{",
        "    free(closure);",
        "}",
    ];

    private static void WriteTyped(CodeText code, Method method, string callback, string parameters, string arguments)
    {
        string closure = $"{method.Name}_{callback}_closure";
        code.Open("typedef struct {")
            .Line($"{method.Name}_{callback} *done;")
            .Line("void *user;")
            .Close($"}} {closure};").Line();
        code.Open($"static void {method.Name}_{callback}_typed({parameters}) {{")
            .Line($"{closure} typed = *({closure} *)user;")
            .Line("free(user);")
            .Line($"typed.done({arguments}typed.user);")
            .Close("}").Line();
    }
}
