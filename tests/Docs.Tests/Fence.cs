namespace WinApi.Docs.Tests;

/// <summary>A block of code in a document.</summary>
/// <param name="Document">Its path in the repository.</param>
/// <param name="Line">Of the opening fence, from 1.</param>
/// <param name="Language">What the opening fence says it is.</param>
/// <param name="Text">What is inside.</param>
internal sealed record Fence(string Document, int Line, string Language, string Text)
{
    public override string ToString() => $"{Document}:{Line}";
}
