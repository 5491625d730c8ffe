using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Grpc.Core;
using WinApi.Transport.HyperV.Connections;
using WinApi.Transport.HyperV.Frames;
using WinApi.Transport.HyperV.Memory;

namespace WinApi.Transport.HyperV.Diagnostics;

/// <summary>
/// A frame as a JSON object on one line. Of metadata only the keys, of a payload the first bytes, of the handshake, which
/// proves who knows the token, only lengths.
/// </summary>
/// <param name="direction"><c>sent</c> or <c>received</c>.</param>
/// <param name="side"><c>client</c> or <c>host</c>.</param>
/// <param name="session">The connection; null during the handshake.</param>
/// <param name="methods">Receives the names of methods as frames define them.</param>
internal sealed class FrameJson(string direction, string side, Guid? session, ConcurrentDictionary<ushort, string> methods)
{
    /// <summary>So much of a payload is shown.</summary>
    public const int ShownBytes = 32;

    private const int ShownEntries = 16;
    private const int ReleaseEntryBytes = 12;

    /// <summary>Never throws: what does not fit the protocol is said to be so.</summary>
    public string Describe(FrameHeader header, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            WriteHeader(json, header);
            try
            {
                WriteContent(json, header, head, body);
            }
            catch (ProtocolViolationException e)
            {
                json.WriteString("malformed", e.Message);
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private void WriteHeader(Utf8JsonWriter json, FrameHeader header)
    {
        json.WriteString("direction", direction);
        json.WriteString("side", side);
        if (session is { } id)
        {
            json.WriteString("connection", id);
        }

        json.WriteString("type", Enum.IsDefined(header.Type)
            ? header.Type.ToString() : ((int)header.Type).ToString(CultureInfo.InvariantCulture));
        json.WriteNumber("request_id", header.Stream);
        json.WriteNumber("flags", (int)header.Flags);
        json.WriteString("flag_names", header.Flags.ToString());
        json.WriteNumber("code", header.Code);
        json.WriteNumber("head_size", header.HeadLength);
        json.WriteNumber("body_size", header.BodyLength);
    }

    private void WriteContent(Utf8JsonWriter json, FrameHeader header, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        switch (header.Type)
        {
            case FrameType.Call:
                WriteCallHead(json, header, head);
                WriteMessage(json, header.Flags, body);
                break;
            case FrameType.Headers:
                WriteKeys(json, MetadataCodec.Read(head));
                break;
            case FrameType.Trailers:
                WriteKeys(json, TrailersHead.Read(head).Trailers);
                json.WriteString("status", StatusCodeNames.Of((StatusCode)header.Code));
                WriteMessage(json, header.Flags, body);
                break;
            case FrameType.Message:
                WriteMessage(json, header.Flags, body);
                break;
            case FrameType.Buffer:
                var piece = BufferHead.Read(head);
                WriteDescriptor(json, new BufferDescriptor(piece.Lease, (long)piece.Start, body.Length));
                break;
            case FrameType.Release:
                WriteReleases(json, body);
                break;
            case FrameType.Goodbye:
                json.WriteString("reason", ((DisconnectReason)header.Code).ToString());
                break;
            case FrameType.Window:
                WritePayload(json, body);
                break;
            default:
                break;
        }
    }

    private void WriteCallHead(Utf8JsonWriter json, FrameHeader header, ReadOnlySpan<byte> head)
    {
        var call = CallHead.Read(head, (header.Flags & FrameFlags.DefinesMethod) != 0);
        if (call.Method is { } defined && header.Code <= HostConnection.MaxMethods)
        {
            methods[header.Code] = defined;
        }

        json.WriteString("api", call.Method ?? methods.GetValueOrDefault(header.Code));
        if (call.TimeoutMicroseconds > 0)
        {
            json.WriteNumber("timeout_us", call.TimeoutMicroseconds);
        }

        WriteKeys(json, call.Metadata);
    }

    private static void WriteKeys(Utf8JsonWriter json, Metadata? metadata)
    {
        if (metadata is null)
        {
            return;
        }

        json.WriteStartArray("metadata");
        foreach (var entry in metadata)
        {
            json.WriteStringValue(entry.Key);
        }

        json.WriteEndArray();
    }

    private static void WriteMessage(Utf8JsonWriter json, FrameFlags flags, ReadOnlySpan<byte> body)
    {
        var message = MessageBody.Read(flags, body);
        if (message.LendCount > 0)
        {
            json.WriteNumber("lend_count", message.LendCount);
            json.WriteStartArray("lends");
            for (var i = 0; i < Math.Min(message.LendCount, ShownEntries); i++)
            {
                json.WriteStartObject();
                WriteDescriptor(json, message.Lend(i));
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        if (message.IsShared)
        {
            WriteDescriptor(json, message.Descriptor);
        }
        else if ((flags & FrameFlags.Message) != 0)
        {
            WritePayload(json, message.Content);
        }
    }

    private static void WriteDescriptor(Utf8JsonWriter json, BufferDescriptor descriptor)
    {
        json.WriteNumber("lease", descriptor.Lease);
        json.WriteNumber("payload_offset", descriptor.Offset);
        json.WriteNumber("payload_size", descriptor.Length);
    }

    private static void WritePayload(Utf8JsonWriter json, ReadOnlySpan<byte> payload)
    {
        json.WriteNumber("payload_size", payload.Length);
        json.WriteString("payload", Convert.ToHexString(payload[..Math.Min(payload.Length, ShownBytes)]));
    }

    private static void WriteReleases(Utf8JsonWriter json, ReadOnlySpan<byte> body)
    {
        json.WriteNumber("release_count", body.Length / ReleaseEntryBytes);
        json.WriteStartArray("releases");
        for (var i = 0; i < ShownEntries && body.Length >= ReleaseEntryBytes; i++, body = body[ReleaseEntryBytes..])
        {
            json.WriteStartObject();
            json.WriteNumber("lease", BinaryPrimitives.ReadUInt64LittleEndian(body));
            json.WriteNumber("count", BinaryPrimitives.ReadUInt32LittleEndian(body[8..]));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
