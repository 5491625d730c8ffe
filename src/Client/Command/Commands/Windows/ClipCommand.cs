using System.CommandLine;
using Grpc.Core;
using WinApi.Client.Command.CommandLine;
using WinApi.Client.Command.Output;
using WinApi.Client.Command.Output.Windows;
using WinApi.Client.Command.Pictures;
using WinApi.V1;

namespace WinApi.Client.Command.Commands.Windows;

/// <summary><c>winapi clip get|set|watch</c>.</summary>
internal static class ClipCommand
{
    private static readonly CommandNeeds s_watching = new(0, DefaultTimeout: null);

    public static System.CommandLine.Command Build(GlobalOptions globals) => new("clip", "The clipboard of Windows.")
    {
        BuildGet(globals), BuildSet(globals), BuildWatch(globals),
    };

    private static System.CommandLine.Command BuildGet(GlobalOptions globals)
    {
        var image = NewImage("Write the picture on the clipboard to this file, as PNG, in place of the text.");
        var command = new System.CommandLine.Command("get", "Print the text on the clipboard, as it is.") { image };
        command.SetAction((parsed, interrupted) => parsed.GetValue(image) is { } path
            ? CommandRun.RunAsync(globals, parsed, CommandNeeds.Picture, context => GetImageAsync(context, path), interrupted)
            : CommandRun.RunAsync(globals, parsed, CommandNeeds.ShortCall, GetAsync, interrupted));
        return command;
    }

    private static System.CommandLine.Command BuildSet(GlobalOptions globals)
    {
        var text = new Argument<string?>("TEXT")
        {
            Description = "What to put there; without it what comes on standard input.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var image = NewImage("Put the picture in this file there, a PNG, JPEG or BMP, in place of a text.");
        var command = new System.CommandLine.Command("set", "Put a text on the clipboard.") { text, image };
        command.Validators.Add(parsed =>
        {
            if (parsed.GetResult(text) is { Tokens.Count: > 0 } && parsed.GetResult(image) is not null)
            {
                parsed.AddError("a TEXT and --image FILE were given; the clipboard takes one of them");
            }
        });
        command.SetAction((parsed, interrupted) => parsed.GetValue(image) is { } path
            ? CommandRun.RunAsync(globals, parsed, CommandNeeds.Picture, context => SetImageAsync(context, path), interrupted)
            : CommandRun.RunAsync(
                globals, parsed, CommandNeeds.ShortCall, context => SetAsync(context, parsed.GetValue(text)), interrupted));
        return command;
    }

    private static System.CommandLine.Command BuildWatch(GlobalOptions globals)
    {
        var count = new Option<int>("--count")
        {
            Description = "End after so many lines. Default: watch until interrupted.",
            HelpName = "N",
            CustomParser = ValueParsing.Count(int.MaxValue),
        };
        var command = new System.CommandLine.Command("watch", "Print what is on the clipboard, now and after each change.") { count };
        command.SetAction((parsed, interrupted) => CommandRun.RunAsync(
            globals, parsed, s_watching, context => WatchAsync(context, parsed.GetValue(count)), interrupted));
        return command;
    }

    private static Option<string?> NewImage(string description) => new("--image") { Description = description, HelpName = "FILE" };

    private static async Task<CommandResult> GetImageAsync(CommandContext context, string path)
    {
        var image = await context.Client.Clipboard.GetImageAsync(new GetClipboardImageRequest(), context.CallOptions);
        using var pixels = context.Client.OpenBuffer(image.Pixels);
        PictureFile.Write(path, pixels.ReadOnlySpan, (int)image.Width, (int)image.Height);
        return new ClipboardImageResult(path, image.Width, image.Height);
    }

    private static async Task<CommandResult> SetImageAsync(CommandContext context, string path)
    {
        var (pixels, width, height) = PictureFile.Read(path);
        using var buffer = await context.Client.RentBufferAsync(pixels.Length, context.CancellationToken);
        pixels.CopyTo(buffer.Span);
        var image = new ClipboardImage { Width = (uint)width, Height = (uint)height, Pixels = buffer.Reference };
        var reply = await context.Client.Clipboard.SetImageAsync(image, context.CallOptions);
        return new ClipboardSetResult(reply.Sequence);
    }

    private static async Task<CommandResult> GetAsync(CommandContext context)
    {
        var reply = await context.Client.Clipboard.GetTextAsync(new GetClipboardTextRequest(), context.CallOptions);
        return new ClipboardTextResult(reply.Text);
    }

    private static async Task<CommandResult> SetAsync(CommandContext context, string? text)
    {
        text ??= await Console.In.ReadToEndAsync(context.CancellationToken);
        var reply = await context.Client.Clipboard.SetTextAsync(new ClipboardText { Text = text }, context.CallOptions);
        return new ClipboardSetResult(reply.Sequence);
    }

    private static async Task<CommandResult> WatchAsync(CommandContext context, int count)
    {
        using var call = context.Client.Clipboard.Watch(new WatchClipboardRequest { IncludeText = true }, context.CallOptions);
        for (var seen = 1; await call.ResponseStream.MoveNext(context.CancellationToken); seen++)
        {
            var change = call.ResponseStream.Current;
            var result = new ClipboardChangeResult(change.Sequence, change.HasText, change.Text, change.HasImage);
            if (seen == count)
            {
                return result;
            }

            context.Output.ShowResult(result);
        }

        throw new RpcException(new Status(StatusCode.Unavailable, "the host has stopped watching"));
    }
}
