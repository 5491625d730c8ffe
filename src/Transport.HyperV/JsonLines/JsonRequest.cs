using System.Text.Json;
using Grpc.Core;

namespace WinApi.Transport.HyperV.JsonLines;

/// <summary>A line that asks for a call: <c>{"call":"/package.Service/Method","id":1,"request":{}}</c>.</summary>
/// <param name="Call">The full name of the method.</param>
/// <param name="Message">The request, in the JSON of protobuf.</param>
internal readonly record struct JsonRequest(string Call, string Message)
{
    private const int MaxIdLength = 64;
    private const string Form = """{"call":"/package.Service/Method","id":1,"request":{}}""";

    /// <param name="line">The object.</param>
    /// <param name="id">Receives the id: a number or a short string, which comes back in every answer.</param>
    /// <exception cref="RpcException">INVALID_ARGUMENT: it is not of that form.</exception>
    public static JsonRequest Read(JsonElement line, ref JsonElement id)
    {
        if (line.ValueKind != JsonValueKind.Object)
        {
            throw Malformed("it is no object");
        }

        if (line.TryGetProperty("id", out var given))
        {
            id = given.ValueKind is JsonValueKind.Number or JsonValueKind.String && given.GetRawText().Length <= MaxIdLength
                ? given.Clone() : throw Malformed($"its id is no number and no string of less than {MaxIdLength} characters");
        }

        if (!line.TryGetProperty("call", out var call) || call.ValueKind != JsonValueKind.String)
        {
            throw Malformed("it has no call");
        }

        if (!line.TryGetProperty("request", out var request))
        {
            return new JsonRequest(call.GetString()!, "{}");
        }

        return request.ValueKind == JsonValueKind.Object
            ? new JsonRequest(call.GetString()!, request.GetRawText()) : throw Malformed("its request is no object");
    }

    private static RpcException Malformed(string how) =>
        new(new Status(StatusCode.InvalidArgument, $"a line must look like {Form}: {how}"));
}
