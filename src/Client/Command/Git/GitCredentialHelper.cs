using Google.Protobuf;
using Grpc.Core;
using WinApi.Client.Command.CommandLine;
using WinApi.Client.Command.Output;
using WinApi.Client.Command.Output.Windows;
using WinApi.V1;

namespace WinApi.Client.Command.Git;

/// <summary>A credential helper of git (gitcredentials(7)): keeps passwords as Windows protects them.</summary>
internal sealed class GitCredentialHelper(CommandContext context, CredentialStore store)
{
    // What was protected for git is of no use to 'winapi secret unprotect' by accident.
    private static readonly ByteString s_entropy = ByteString.CopyFromUtf8("winapi git-credential");

    /// <param name="operation">get, store or erase.</param>
    public async Task<CommandResult> RunAsync(string operation)
    {
        var asked = GitAttributes.Read(Console.In);
        try
        {
            return operation switch
            {
                "get" => await GetAsync(asked),
                "store" => await StoreAsync(asked),
                _ => Erase(asked),
            };
        }
        catch (InvalidDataException e)
        {
            throw new RpcException(new Status(StatusCode.FailedPrecondition, e.Message));
        }
    }

    private async Task<CommandResult> GetAsync(GitAttributes asked)
    {
        if (store.Read().FirstOrDefault(known => known.Matches(asked)) is not { } found)
        {
            return new GitCredentialResult(null, null); // git asks the next helper, or the user
        }

        var secret = await context.Client.Secrets.UnprotectAsync(
            new UnprotectRequest { Data = ByteString.FromBase64(found.Protected), Entropy = s_entropy }, context.CallOptions);
        return new GitCredentialResult(found.Username, secret.Data.ToStringUtf8());
    }

    private async Task<CommandResult> StoreAsync(GitAttributes asked)
    {
        if (asked["protocol"] is { } protocol && asked["host"] is { } host && asked["username"] is { } user
            && asked["password"] is { } password)
        {
            var reply = await context.Client.Secrets.ProtectAsync(
                new ProtectRequest { Secret = ByteString.CopyFromUtf8(password), Entropy = s_entropy }, context.CallOptions);
            var credential = new StoredCredential(protocol, host, asked["path"], user, reply.Data.ToBase64());
            store.Write([credential, .. store.Read().Where(known => !known.Matches(asked))]);
        }

        return new GitCredentialResult(null, null);
    }

    private GitCredentialResult Erase(GitAttributes asked)
    {
        var known = store.Read();
        var kept = known.Where(credential => !credential.Matches(asked)).ToArray();
        if (kept.Length < known.Count)
        {
            store.Write(kept);
        }

        return new GitCredentialResult(null, null);
    }
}
