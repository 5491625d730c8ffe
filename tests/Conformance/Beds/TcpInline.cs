// The suite over loopback TCP; BedsAreCompleteTests sees to it that no feature is missing.
namespace WinApi.Conformance.Tests.TcpInline;

public sealed class BufferMisuse() : BufferMisuseTests(Bed.TcpInline);

public sealed class BufferRental() : BufferRentalTests(Bed.TcpInline);

public sealed class CallCredentials() : CallCredentialsTests(Bed.TcpInline);

public sealed class CallKinds() : CallKindsTests(Bed.TcpInline);

public sealed class Cancellation() : CancellationTests(Bed.TcpInline);

public sealed class Channel() : ChannelTests(Bed.TcpInline);

public sealed class Concurrency() : ConcurrencyTests(Bed.TcpInline);

public sealed class Continuation() : ContinuationTests(Bed.TcpInline);

public sealed class Deadline() : DeadlineTests(Bed.TcpInline);

public sealed class Disconnect() : DisconnectTests(Bed.TcpInline);

public sealed class FlowControl() : FlowControlTests(Bed.TcpInline);

public sealed class HalfClose() : HalfCloseTests(Bed.TcpInline);

public sealed class HandlerFailure() : HandlerFailureTests(Bed.TcpInline);

public sealed class HostBuffer() : HostBufferTests(Bed.TcpInline);

public sealed class Interceptor() : InterceptorTests(Bed.TcpInline);

public sealed class LargeMessage() : LargeMessageTests(Bed.TcpInline);

public sealed class Library() : LibraryTests(Bed.TcpInline);

public sealed class MessageSize() : MessageSizeTests(Bed.TcpInline);

public sealed class Metadata() : MetadataTests(Bed.TcpInline);

public sealed class Reconnect() : ReconnectTests(Bed.TcpInline);

public sealed class RegionFull() : RegionFullTests(Bed.TcpInline);

public sealed class SharedBuffer() : SharedBufferTests(Bed.TcpInline);

public sealed class Shutdown() : ShutdownTests(Bed.TcpInline);

public sealed class Status() : StatusTests(Bed.TcpInline);

public sealed class Turmoil() : TurmoilTests(Bed.TcpInline);
