using System.Buffers;
using System.Net.Sockets;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Grpc.Core;
using WinApi.Transport.HyperV.Diagnostics;

namespace WinApi.Transport.HyperV.JsonLines;

/// <summary>The lines that answer.</summary>
internal static class JsonReply
{
    // People read it; it goes to no browser.
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="id">The id of the call.</param>
    /// <param name="message">The reply, in the JSON of protobuf.</param>
    public static string Message(JsonElement id, string message) => Write(id, json =>
    {
        json.WritePropertyName("reply");
        json.WriteRawValue(message);
    });

    /// <summary>After the last reply of a call that streams them.</summary>
    public static string End(JsonElement id) => Write(id, json => json.WriteBoolean("end", true));

    public static string Error(JsonElement id, StatusCode code, string message) => Write(id, json =>
    {
        json.WriteStartObject("error");
        json.WriteString("code", StatusCodeNames.Of(code));
        json.WriteString("message", message);
        json.WriteEndObject();
    });

    /// <exception cref="SocketException">The connection is broken.</exception>
    public static async Task SendAsync(Socket socket, string line, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> rest = Encoding.UTF8.GetBytes(line + "\n");
        while (!rest.IsEmpty)
        {
            rest = rest[await socket.SendAsync(rest, cancellationToken).ConfigureAwait(false)..];
        }
    }

    private static string Write(JsonElement id, Action<Utf8JsonWriter> content)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, s_options))
        {
            json.WriteStartObject();
            if (id.ValueKind != JsonValueKind.Undefined)
            {
                json.WritePropertyName("id");
                id.WriteTo(json);
            }

            content(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
