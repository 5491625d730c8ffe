using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace WinApi.Client.Command.Output;

/// <summary>How results become JSON; generated, so that it works without reflection.</summary>
[JsonSerializable(typeof(ErrorResult))]
[JsonSerializable(typeof(EchoResult))]
[JsonSerializable(typeof(BufferResult))]
[JsonSerializable(typeof(LatencyResult))]
[JsonSerializable(typeof(ThroughputResult))]
[JsonSerializable(typeof(StatusResult))]
[JsonSerializable(typeof(DoctorResult))]
internal sealed partial class ResultJsonContext : JsonSerializerContext
{
    /// <summary>Leaves quotes and letters of all languages as they are: the output goes to a terminal, not into HTML.</summary>
    public static ResultJsonContext Readable { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
