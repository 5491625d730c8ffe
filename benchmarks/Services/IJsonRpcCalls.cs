using StreamJsonRpc;

namespace WinApi.Benchmarks.Services;

/// <summary>The same calls as of the .proto files, as StreamJsonRpc has them, which asks for an interface in public.</summary>
[JsonRpcContract]
public partial interface IJsonRpcCalls
{
    Task<byte[]> EchoAsync(byte[] payload);

    Task<byte[]> ExchangeAsync(byte[] payload);

    IAsyncEnumerable<byte[]> DownAsync(int count, int payloadBytes, byte value, CancellationToken cancellationToken);

    Task<int> UpAsync(IAsyncEnumerable<byte[]> chunks, CancellationToken cancellationToken);
}
