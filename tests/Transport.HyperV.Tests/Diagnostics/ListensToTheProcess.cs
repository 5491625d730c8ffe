namespace WinApi.Transport.HyperV.Tests.Diagnostics;

/// <summary>Whoever listens hears, and traces, every call in the process: such tests run alone.</summary>
[CollectionDefinition(nameof(ListensToTheProcess), DisableParallelization = true)]
public sealed class ListensToTheProcess;
