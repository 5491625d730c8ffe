using System.CommandLine;
using System.Diagnostics;
using Grpc.Core;
using WinApi.Client.Command.CommandLine;
using WinApi.Client.Command.Output;
using WinApi.Client.Command.Output.Windows;
using WinApi.Client.Command.Pictures;
using WinApi.V1;

namespace WinApi.Client.Command.Commands.Windows;

/// <summary><c>winapi screen list|shot|watch</c>.</summary>
internal static class ScreenCommand
{
    private const int PixelBytes = 4;

    private static readonly CommandNeeds s_watching = CommandNeeds.Picture with { DefaultTimeout = null };

    public static System.CommandLine.Command Build(GlobalOptions globals) => new("screen", "Pictures of the screen of Windows.")
    {
        BuildList(globals), BuildShot(globals), BuildWatch(globals),
    };

    private static System.CommandLine.Command BuildList(GlobalOptions globals)
    {
        var command = new System.CommandLine.Command("list", "Print the monitors.");
        command.SetAction((parsed, interrupted) => CommandRun.RunAsync(globals, parsed, CommandNeeds.ShortCall, async context =>
        {
            var monitors = await context.Client.Screen.ListMonitorsAsync(new ListMonitorsRequest(), context.CallOptions);
            return new MonitorsResult([.. monitors.Monitors.Select(MonitorResult.Of)]);
        }, interrupted));
        return command;
    }

    private static System.CommandLine.Command BuildShot(GlobalOptions globals)
    {
        var output = new Option<string>("--output", "-o")
        {
            Description = "The file to write, as PNG.", HelpName = "FILE", Required = true,
        };
        var region = NewRegion();
        var command = new System.CommandLine.Command("shot", "Take a picture of the screen.") { output, region };
        command.SetAction((parsed, interrupted) => CommandRun.RunAsync(
            globals, parsed, CommandNeeds.Picture,
            context => ShootAsync(context, parsed.GetRequiredValue(output), parsed.GetValue(region)), interrupted));
        return command;
    }

    private static System.CommandLine.Command BuildWatch(GlobalOptions globals)
    {
        var region = NewRegion();
        var frames = new Option<int>("--frames")
        {
            Description = "End after so many pictures. Default: 100.",
            HelpName = "N",
            CustomParser = ValueParsing.Count(int.MaxValue),
            DefaultValueFactory = _ => 100,
        };
        var command = new System.CommandLine.Command("watch", "Take pictures as fast as they come; print how many a second.")
        {
            region, frames,
        };
        command.SetAction((parsed, interrupted) => CommandRun.RunAsync(
            globals, parsed, s_watching,
            context => WatchAsync(context, parsed.GetValue(region), parsed.GetValue(frames)), interrupted));
        return command;
    }

    private static async Task<CommandResult> ShootAsync(CommandContext context, string path, ScreenRegion? region)
    {
        region ??= (await context.Client.Screen.ListMonitorsAsync(new ListMonitorsRequest(), context.CallOptions)).VirtualScreen;
        using var buffer = await context.Client.RentBufferAsync(
            (int)Math.Min(int.MaxValue, (long)region.Width * region.Height * PixelBytes), context.CancellationToken);
        var request = new CaptureRequest { Region = region, Buffer = buffer.Reference };
        var start = Stopwatch.GetTimestamp();
        await context.Client.Screen.CaptureAsync(request, context.CallOptions);
        var took = Stopwatch.GetElapsedTime(start);
        PictureFile.Write(path, buffer.ReadOnlySpan, (int)region.Width, (int)region.Height);
        return new ScreenShotResult(path, region.Width, region.Height, (long)took.TotalMicroseconds);
    }

    private static async Task<CommandResult> WatchAsync(CommandContext context, ScreenRegion? region, int frames)
    {
        var request = new WatchScreenRequest { Region = region, FrameCount = (uint)frames };
        var start = Stopwatch.GetTimestamp();
        using var call = context.Client.Screen.Watch(request, context.CallOptions);
        (long seen, long bytes) = (0, 0);
        while (await call.ResponseStream.MoveNext(context.CancellationToken))
        {
            using var buffer = context.Client.OpenBuffer(call.ResponseStream.Current.Buffer);
            seen++;
            bytes += buffer.Length;
        }

        return new ScreenWatchResult(seen, bytes, Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    private static Option<ScreenRegion?> NewRegion() => new("--region")
    {
        Description = "LEFT,TOP,WIDTH,HEIGHT in pixels. Default: all monitors.",
        HelpName = "REGION",
        CustomParser = RegionParsing.Parse,
    };
}
