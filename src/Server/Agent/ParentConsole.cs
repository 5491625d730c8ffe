using System.Runtime.InteropServices;

namespace WinApi.Server.Agent;

/// <summary>The console of the process that started this one: a program for windows has none of its own.</summary>
internal static partial class ParentConsole
{
    private const uint OfParent = uint.MaxValue; // ATTACH_PARENT_PROCESS

    /// <summary>
    /// Prints there from now on, if there is one. Not for an agent that stays: closing the console would end it.
    /// </summary>
    public static void Attach() => AttachConsole(OfParent);

    [LibraryImport("kernel32", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool AttachConsole(uint processId);
}
