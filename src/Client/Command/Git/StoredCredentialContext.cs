using System.Text.Json.Serialization;

namespace WinApi.Client.Command.Git;

/// <summary>How the file is written; generated, so that it works without reflection.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(StoredCredential[]))]
internal sealed partial class StoredCredentialContext : JsonSerializerContext;
