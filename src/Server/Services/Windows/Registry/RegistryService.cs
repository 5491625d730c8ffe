using System.Runtime.Versioning;
using System.Security;
using Grpc.Core;
using Microsoft.Win32;
using WinApi.V1;

namespace WinApi.Server.Services.Windows.Registry;

/// <summary>Reads the registry. Keeps no state: one instance serves all calls at once.</summary>
public sealed class RegistryService : V1.Registry.RegistryBase
{
    private const string What = "The registry";

    /// <inheritdoc />
    public override Task<RegistryValue> GetValue(GetRegistryValueRequest request, ServerCallContext context)
    {
        if (!HostOfWindows.IsThis)
        {
            throw HostOfWindows.Missing(What);
        }

        using var key = Open(request.Key);
        return Task.FromResult(ValueReader.Read(key, request.Name) ?? throw new RpcException(new Status(
            StatusCode.NotFound, $"{request.Key} has no value '{request.Name}'")));
    }

    /// <inheritdoc />
    public override async Task List(
        ListRegistryRequest request, IServerStreamWriter<RegistryEntry> responseStream, ServerCallContext context)
    {
        if (!HostOfWindows.IsThis)
        {
            throw HostOfWindows.Missing(What);
        }

        using var key = Open(request.Key);
        foreach (var name in key.GetSubKeyNames())
        {
            await responseStream.WriteAsync(new RegistryEntry { Key = name }, context.CancellationToken);
        }

        foreach (var name in key.GetValueNames())
        {
            if (ValueReader.Read(key, name) is { } value) // it may be gone by now
            {
                await responseStream.WriteAsync(new RegistryEntry { Value = value }, context.CancellationToken);
            }
        }
    }

    [SupportedOSPlatform("windows")]
    private static RegistryKey Open(string path)
    {
        var (root, below) = RootKeys.Split(path);
        try
        {
            using var opened = RegistryKey.OpenBaseKey(root, RegistryView.Default);
            return opened.OpenSubKey(below, writable: false)
                ?? throw new RpcException(new Status(StatusCode.NotFound, $"there is no key {path}"));
        }
        catch (Exception e) when (e is SecurityException or UnauthorizedAccessException)
        {
            throw new RpcException(new Status(StatusCode.PermissionDenied, $"the host's user may not read {path}"));
        }
    }
}
