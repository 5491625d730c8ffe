namespace WinApi.Native.Generator.Schema;

/// <summary>Words that cannot name a member in C or C++, and names that common headers make macros of.</summary>
internal static class ReservedWords
{
    private static readonly HashSet<string> Words = new(StringComparer.Ordinal)
    {
        "auto", "break", "case", "char", "const", "continue", "default", "do", "double", "else", "enum", "extern", "float",
        "for", "goto", "if", "inline", "int", "long", "register", "restrict", "return", "short", "signed", "sizeof",
        "static", "struct", "switch", "typedef", "union", "unsigned", "void", "volatile", "while", "asm", "typeof",
        "typeof_unqual", "constexpr", "alignas", "alignof", "bool", "true", "false", "nullptr", "static_assert",
        "thread_local", "noreturn", "complex", "imaginary",
        "and", "and_eq", "bitand", "bitor", "catch", "class", "compl", "concept", "const_cast", "consteval", "constinit",
        "co_await", "co_return", "co_yield", "char8_t", "char16_t", "char32_t", "decltype", "delete", "dynamic_cast",
        "explicit", "export", "friend", "mutable", "namespace", "new", "noexcept", "not", "not_eq", "operator", "or",
        "or_eq", "private", "protected", "public", "reinterpret_cast", "requires", "static_cast", "template", "this",
        "throw", "try", "typeid", "typename", "using", "virtual", "wchar_t", "xor", "xor_eq",
        "NULL", "EOF", "errno", "stdin", "stdout", "stderr", "assert", "offsetof", "unix", "linux", "i386", "INFINITY",
        "NAN", "I", "signals", "slots", "major", "minor", "makedev", "st_atime", "st_mtime", "st_ctime", "s_addr",
        "sa_handler", "sa_sigaction", "environ",
    };

    /// <summary>The name itself, or with '_' behind it.</summary>
    public static string Avoid(string name) => Words.Contains(name) ? name + "_" : name;
}
