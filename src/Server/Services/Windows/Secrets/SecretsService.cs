using System.Runtime.Versioning;
using System.Security.Cryptography;
using Google.Protobuf;
using Grpc.Core;
using WinApi.V1;

namespace WinApi.Server.Services.Windows.Secrets;

/// <summary>Protects bytes with the data protection API of Windows. Keeps no state: one instance serves all calls at once.</summary>
public sealed class SecretsService : V1.Secrets.SecretsBase
{
    private const string What = "Protecting secrets";

    /// <inheritdoc />
    public override Task<ProtectedSecret> Protect(ProtectRequest request, ServerCallContext context)
    {
        if (!HostOfWindows.IsThis)
        {
            throw HostOfWindows.Missing(What);
        }

        var bytes = ProtectedData.Protect(request.Secret.ToByteArray(), request.Entropy.ToByteArray(), ScopeOf(request.Scope));
        return Task.FromResult(new ProtectedSecret { Data = UnsafeByteOperations.UnsafeWrap(bytes) });
    }

    /// <inheritdoc />
    public override Task<Secret> Unprotect(UnprotectRequest request, ServerCallContext context)
    {
        if (!HostOfWindows.IsThis)
        {
            throw HostOfWindows.Missing(What);
        }

        try
        {
            var bytes = ProtectedData.Unprotect(
                request.Data.ToByteArray(), request.Entropy.ToByteArray(), ScopeOf(request.Scope));
            return Task.FromResult(new Secret { Data = UnsafeByteOperations.UnsafeWrap(bytes) });
        }
        catch (CryptographicException e)
        {
            throw new RpcException(new Status(StatusCode.DataLoss,
                $"these bytes cannot be read here: {e.Message.TrimEnd('.')}. They were changed, were protected for another user or "
                + "machine, or with other entropy"));
        }
    }

    [SupportedOSPlatform("windows")]
    private static DataProtectionScope ScopeOf(SecretScope scope) => scope switch
    {
        SecretScope.Unspecified or SecretScope.User => DataProtectionScope.CurrentUser,
        SecretScope.Machine => DataProtectionScope.LocalMachine,
        _ => throw new RpcException(new Status(
            StatusCode.InvalidArgument, $"unknown scope {(int)scope}; known are USER (1) and MACHINE (2)")),
    };
}
