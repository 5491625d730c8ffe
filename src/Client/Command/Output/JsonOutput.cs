using System.Text.Json;
using Grpc.Core;

namespace WinApi.Client.Command.Output;

/// <summary>For scripts: one JSON object on stdout and nothing else, whatever happens.</summary>
internal sealed class JsonOutput : CommandOutput
{
    public override void ShowResult(CommandResult result) =>
        Write(JsonSerializer.Serialize(result, result.GetType(), ResultJsonContext.Readable));

    public override void ShowError(StatusCode status, string message) =>
        Write(JsonSerializer.Serialize(
            new ErrorResult(new ErrorDetail(StatusName.Of(status), message)), ResultJsonContext.Readable.ErrorResult));

    public override void ShowBadUsage(string message) => ShowError(StatusCode.InvalidArgument, message);

    private static void Write(string json) => Console.Out.WriteLine(json);
}
