// The suite over loopback TCP with a token and memory in a file; BedsAreCompleteTests sees to it that no feature is missing.
namespace WinApi.Conformance.Tests.TcpFile;

public sealed class BufferMisuse() : BufferMisuseTests(Bed.TcpFile);

public sealed class BufferRental() : BufferRentalTests(Bed.TcpFile);

public sealed class CallCredentials() : CallCredentialsTests(Bed.TcpFile);

public sealed class CallKinds() : CallKindsTests(Bed.TcpFile);

public sealed class Cancellation() : CancellationTests(Bed.TcpFile);

public sealed class Channel() : ChannelTests(Bed.TcpFile);

public sealed class Concurrency() : ConcurrencyTests(Bed.TcpFile);

public sealed class Continuation() : ContinuationTests(Bed.TcpFile);

public sealed class Deadline() : DeadlineTests(Bed.TcpFile);

public sealed class Disconnect() : DisconnectTests(Bed.TcpFile);

public sealed class FlowControl() : FlowControlTests(Bed.TcpFile);

public sealed class HalfClose() : HalfCloseTests(Bed.TcpFile);

public sealed class HandlerFailure() : HandlerFailureTests(Bed.TcpFile);

public sealed class HostBuffer() : HostBufferTests(Bed.TcpFile);

public sealed class Interceptor() : InterceptorTests(Bed.TcpFile);

public sealed class LargeMessage() : LargeMessageTests(Bed.TcpFile);

public sealed class Library() : LibraryTests(Bed.TcpFile);

public sealed class MessageSize() : MessageSizeTests(Bed.TcpFile);

public sealed class Metadata() : MetadataTests(Bed.TcpFile);

public sealed class Reconnect() : ReconnectTests(Bed.TcpFile);

public sealed class RegionFull() : RegionFullTests(Bed.TcpFile);

public sealed class SharedBuffer() : SharedBufferTests(Bed.TcpFile);

public sealed class Shutdown() : ShutdownTests(Bed.TcpFile);

public sealed class Status() : StatusTests(Bed.TcpFile);

public sealed class Turmoil() : TurmoilTests(Bed.TcpFile);
