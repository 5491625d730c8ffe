// The suite over a memfd with rings in it, and a Unix socket as doorbell; BedsAreCompleteTests sees to it that no feature is missing.
namespace WinApi.Conformance.Tests.UnixRings;

public sealed class BufferMisuse() : BufferMisuseTests(Bed.UnixRings);

public sealed class BufferRental() : BufferRentalTests(Bed.UnixRings);

public sealed class CallCredentials() : CallCredentialsTests(Bed.UnixRings);

public sealed class CallKinds() : CallKindsTests(Bed.UnixRings);

public sealed class Cancellation() : CancellationTests(Bed.UnixRings);

public sealed class Channel() : ChannelTests(Bed.UnixRings);

public sealed class Concurrency() : ConcurrencyTests(Bed.UnixRings);

public sealed class Continuation() : ContinuationTests(Bed.UnixRings);

public sealed class Deadline() : DeadlineTests(Bed.UnixRings);

public sealed class Disconnect() : DisconnectTests(Bed.UnixRings);

public sealed class FlowControl() : FlowControlTests(Bed.UnixRings);

public sealed class HalfClose() : HalfCloseTests(Bed.UnixRings);

public sealed class HandlerFailure() : HandlerFailureTests(Bed.UnixRings);

public sealed class HostBuffer() : HostBufferTests(Bed.UnixRings);

public sealed class Interceptor() : InterceptorTests(Bed.UnixRings);

public sealed class LargeMessage() : LargeMessageTests(Bed.UnixRings);

public sealed class Library() : LibraryTests(Bed.UnixRings);

public sealed class MessageSize() : MessageSizeTests(Bed.UnixRings);

public sealed class Metadata() : MetadataTests(Bed.UnixRings);

public sealed class Reconnect() : ReconnectTests(Bed.UnixRings);

public sealed class RegionFull() : RegionFullTests(Bed.UnixRings);

public sealed class SharedBuffer() : SharedBufferTests(Bed.UnixRings);

public sealed class Shutdown() : ShutdownTests(Bed.UnixRings);

public sealed class Status() : StatusTests(Bed.UnixRings);

public sealed class Turmoil() : TurmoilTests(Bed.UnixRings);
