namespace WinApi.Soak.Program;

/// <summary>What must not happen is printed, one line each, with a word that the supervisor looks for.</summary>
internal static class Complaints
{
    public static void Add(string what) => Console.Out.WriteLine($"WRONG {what}");
}
