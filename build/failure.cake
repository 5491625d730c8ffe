/// Ends the build with one line for a person. Cake's own account repeats it three times.
static class Failure
{
    public static void Report(Exception exception)
    {
        Exception cause = exception is AggregateException { InnerExceptions: [var single] } ? single : exception;
        Console.Error.WriteLine($"build: {cause.Message}");
        System.Environment.Exit(1);
    }
}
