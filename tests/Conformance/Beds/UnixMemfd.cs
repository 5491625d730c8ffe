// The suite over a Unix socket and a memfd; BedsAreCompleteTests sees to it that no feature is missing.
namespace WinApi.Conformance.Tests.UnixMemfd;

public sealed class BufferMisuse() : BufferMisuseTests(Bed.UnixMemfd);

public sealed class BufferRental() : BufferRentalTests(Bed.UnixMemfd);

public sealed class CallCredentials() : CallCredentialsTests(Bed.UnixMemfd);

public sealed class CallKinds() : CallKindsTests(Bed.UnixMemfd);

public sealed class Cancellation() : CancellationTests(Bed.UnixMemfd);

public sealed class Channel() : ChannelTests(Bed.UnixMemfd);

public sealed class Concurrency() : ConcurrencyTests(Bed.UnixMemfd);

public sealed class Continuation() : ContinuationTests(Bed.UnixMemfd);

public sealed class Deadline() : DeadlineTests(Bed.UnixMemfd);

public sealed class Disconnect() : DisconnectTests(Bed.UnixMemfd);

public sealed class FlowControl() : FlowControlTests(Bed.UnixMemfd);

public sealed class HalfClose() : HalfCloseTests(Bed.UnixMemfd);

public sealed class HandlerFailure() : HandlerFailureTests(Bed.UnixMemfd);

public sealed class HostBuffer() : HostBufferTests(Bed.UnixMemfd);

public sealed class Interceptor() : InterceptorTests(Bed.UnixMemfd);

public sealed class LargeMessage() : LargeMessageTests(Bed.UnixMemfd);

public sealed class Library() : LibraryTests(Bed.UnixMemfd);

public sealed class MessageSize() : MessageSizeTests(Bed.UnixMemfd);

public sealed class Metadata() : MetadataTests(Bed.UnixMemfd);

public sealed class Reconnect() : ReconnectTests(Bed.UnixMemfd);

public sealed class RegionFull() : RegionFullTests(Bed.UnixMemfd);

public sealed class SharedBuffer() : SharedBufferTests(Bed.UnixMemfd);

public sealed class Shutdown() : ShutdownTests(Bed.UnixMemfd);

public sealed class Status() : StatusTests(Bed.UnixMemfd);

public sealed class Turmoil() : TurmoilTests(Bed.UnixMemfd);
