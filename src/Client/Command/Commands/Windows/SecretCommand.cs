using System.CommandLine;
using Google.Protobuf;
using Grpc.Core;
using WinApi.Client.Command.CommandLine;
using WinApi.Client.Command.Git;
using WinApi.Client.Command.Output;
using WinApi.Client.Command.Output.Windows;
using WinApi.V1;

namespace WinApi.Client.Command.Commands.Windows;

/// <summary><c>winapi secret protect|unprotect|git-credential</c>.</summary>
internal static class SecretCommand
{
    public static System.CommandLine.Command Build(GlobalOptions globals) =>
        new("secret", "Protect bytes with the data protection API of Windows.")
        {
            BuildProtect(globals), BuildUnprotect(globals), BuildGitCredential(globals),
        };

    private static System.CommandLine.Command BuildProtect(GlobalOptions globals)
    {
        var entropy = NewEntropy();
        var machine = NewMachine();
        var command = new System.CommandLine.Command(
            "protect", "Read a secret on standard input; print what it is protected as, in base64.") { entropy, machine };
        command.SetAction((parsed, interrupted) => CommandRun.RunAsync(globals, parsed, CommandNeeds.ShortCall, async context =>
        {
            var request = new ProtectRequest
            {
                Secret = await ByteString.FromStreamAsync(Console.OpenStandardInput(), context.CancellationToken),
                Entropy = ByteString.CopyFromUtf8(parsed.GetValue(entropy) ?? string.Empty),
                Scope = ScopeOf(parsed.GetValue(machine)),
            };
            var reply = await context.Client.Secrets.ProtectAsync(request, context.CallOptions);
            return new ProtectedSecretResult(reply.Data.ToBase64());
        }, interrupted));
        return command;
    }

    private static System.CommandLine.Command BuildUnprotect(GlobalOptions globals)
    {
        var entropy = NewEntropy();
        var machine = NewMachine();
        var command = new System.CommandLine.Command(
            "unprotect", "Read on standard input what protect printed; write the secret to standard output, as it was.")
        {
            entropy, machine,
        };
        command.SetAction((parsed, interrupted) => CommandRun.RunAsync(globals, parsed, CommandNeeds.ShortCall, async context =>
        {
            var request = new UnprotectRequest
            {
                Data = ReadBase64(await Console.In.ReadToEndAsync(context.CancellationToken)),
                Entropy = ByteString.CopyFromUtf8(parsed.GetValue(entropy) ?? string.Empty),
                Scope = ScopeOf(parsed.GetValue(machine)),
            };
            var reply = await context.Client.Secrets.UnprotectAsync(request, context.CallOptions);
            return new SecretResult(reply.Data.ToBase64());
        }, interrupted));
        return command;
    }

    private static System.CommandLine.Command BuildGitCredential(GlobalOptions globals)
    {
        var operation = new Argument<string>("OPERATION") { Description = "What git asks for: get, store or erase." };
        operation.AcceptOnlyFromAmong("get", "store", "erase");
        var command = new System.CommandLine.Command(
            "git-credential",
            "Keep git's passwords, protected by Windows: git config --global credential.helper '!winapi secret git-credential'.")
        {
            operation,
        };
        command.SetAction((parsed, interrupted) => CommandRun.RunAsync(
            globals, parsed, CommandNeeds.ShortCall,
            context => new GitCredentialHelper(context, CredentialStore.OfUser()).RunAsync(parsed.GetRequiredValue(operation)),
            interrupted));
        return command;
    }

    private static ByteString ReadBase64(string text)
    {
        try
        {
            return ByteString.FromBase64(text.Trim());
        }
        catch (FormatException)
        {
            throw new RpcException(new Status(
                StatusCode.InvalidArgument, "standard input is not base64, as 'winapi secret protect' prints it"));
        }
    }

    private static SecretScope ScopeOf(bool machine) => machine ? SecretScope.Machine : SecretScope.User;

    private static Option<string?> NewEntropy() => new("--entropy")
    {
        Description = "A text that must be given again to read the secret. Default: none.", HelpName = "TEXT",
    };

    private static Option<bool> NewMachine() => new("--machine")
    {
        Description = "Every program on the Windows machine may read it, not those of the host's user alone.",
    };
}
