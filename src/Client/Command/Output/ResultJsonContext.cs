using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using WinApi.Client.Command.Output.Windows;

namespace WinApi.Client.Command.Output;

/// <summary>How results become JSON; generated, so that it works without reflection.</summary>
[JsonSerializable(typeof(ErrorResult))]
[JsonSerializable(typeof(EchoResult))]
[JsonSerializable(typeof(BufferResult))]
[JsonSerializable(typeof(LatencyResult))]
[JsonSerializable(typeof(ThroughputResult))]
[JsonSerializable(typeof(StatusResult))]
[JsonSerializable(typeof(DoctorResult))]
[JsonSerializable(typeof(ClipboardTextResult))]
[JsonSerializable(typeof(ClipboardSetResult))]
[JsonSerializable(typeof(ClipboardChangeResult))]
[JsonSerializable(typeof(ProtectedSecretResult))]
[JsonSerializable(typeof(SecretResult))]
[JsonSerializable(typeof(GitCredentialResult))]
[JsonSerializable(typeof(MonitorsResult))]
[JsonSerializable(typeof(ScreenShotResult))]
[JsonSerializable(typeof(ScreenWatchResult))]
[JsonSerializable(typeof(RegistryValueResult))]
[JsonSerializable(typeof(RegistryListResult))]
internal sealed partial class ResultJsonContext : JsonSerializerContext
{
    /// <summary>Leaves quotes and letters of all languages as they are: the output goes to a terminal, not into HTML.</summary>
    public static ResultJsonContext Readable { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
