// The suite over a Unix socket without shared memory; BedsAreCompleteTests sees to it that no feature is missing.
namespace WinApi.Conformance.Tests.UnixInline;

public sealed class BufferMisuse() : BufferMisuseTests(Bed.UnixInline);

public sealed class BufferRental() : BufferRentalTests(Bed.UnixInline);

public sealed class CallCredentials() : CallCredentialsTests(Bed.UnixInline);

public sealed class CallKinds() : CallKindsTests(Bed.UnixInline);

public sealed class Cancellation() : CancellationTests(Bed.UnixInline);

public sealed class Channel() : ChannelTests(Bed.UnixInline);

public sealed class Concurrency() : ConcurrencyTests(Bed.UnixInline);

public sealed class Continuation() : ContinuationTests(Bed.UnixInline);

public sealed class Deadline() : DeadlineTests(Bed.UnixInline);

public sealed class Disconnect() : DisconnectTests(Bed.UnixInline);

public sealed class FlowControl() : FlowControlTests(Bed.UnixInline);

public sealed class HalfClose() : HalfCloseTests(Bed.UnixInline);

public sealed class HandlerFailure() : HandlerFailureTests(Bed.UnixInline);

public sealed class HostBuffer() : HostBufferTests(Bed.UnixInline);

public sealed class Interceptor() : InterceptorTests(Bed.UnixInline);

public sealed class LargeMessage() : LargeMessageTests(Bed.UnixInline);

public sealed class Library() : LibraryTests(Bed.UnixInline);

public sealed class MessageSize() : MessageSizeTests(Bed.UnixInline);

public sealed class Metadata() : MetadataTests(Bed.UnixInline);

public sealed class Reconnect() : ReconnectTests(Bed.UnixInline);

public sealed class RegionFull() : RegionFullTests(Bed.UnixInline);

public sealed class SharedBuffer() : SharedBufferTests(Bed.UnixInline);

public sealed class Shutdown() : ShutdownTests(Bed.UnixInline);

public sealed class Status() : StatusTests(Bed.UnixInline);

public sealed class Turmoil() : TurmoilTests(Bed.UnixInline);
