using Grpc.Core;

namespace WinApi.Client.Command.Output;

/// <summary>Where results, errors and progress go.</summary>
internal abstract class CommandOutput
{
    public static CommandOutput Create(bool json) => json ? new JsonOutput() : new TerminalOutput();

    public abstract void ShowResult(CommandResult result);

    /// <summary>A line for a person who waits for the result.</summary>
    public virtual void ShowStep(string line)
    {
    }

    /// <summary>A call that failed.</summary>
    public abstract void ShowError(StatusCode status, string message);

    /// <summary>A mistake on the command line or in the environment.</summary>
    public abstract void ShowBadUsage(string message);

    /// <summary>Runs work that may take long; it reports the share that is done, from 0 to 1, as it likes.</summary>
    public virtual Task<T> WithProgressAsync<T>(string title, Func<Action<double>, Task<T>> work) => work(_ => { });
}
