using WinApi.Transport.Http2.Protocol;

namespace WinApi.Transport.Http2.Carrying;

/// <summary>A message and the buffers that travel in front of it.</summary>
internal sealed record Carried<T>(T Message, IReadOnlyList<CarriedBuffer> Buffers)
    where T : class;
