using System.Globalization;
using WinApi.Soak.Program;

switch (args)
{
    case ["host", var path]:
        await HostRole.RunAsync(path);
        return 0;
    case ["worker", var path, var seed]:
        await WorkerRole.RunAsync(path, int.Parse(seed, CultureInfo.InvariantCulture), LaneRules.Turmoil);
        return 0;
    case ["survivor", var path, var seed]:
        await WorkerRole.RunAsync(path, int.Parse(seed, CultureInfo.InvariantCulture), LaneRules.Survivor);
        return 0;
    case ["bystander", var path, var seed]:
        await WorkerRole.RunAsync(path, int.Parse(seed, CultureInfo.InvariantCulture), LaneRules.Bystander);
        return 0;
    default:
        Console.Error.WriteLine("usage: SoakProgram host SOCKET | worker|survivor|bystander SOCKET SEED; the soak starts it, './build.sh soak'");
        return 2;
}
