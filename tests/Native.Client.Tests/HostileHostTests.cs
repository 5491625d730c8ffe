namespace WinApi.Native.Client.Tests;

/// <summary>
/// Hosts that break the protocol, lie or fall silent: the C client's call ends with a status that says what happened, within
/// its time; nothing is left over; the next call, to a good host at the same place, works.
/// </summary>
public sealed class HostileHostTests : NativeTest
{
    private const string Stranger = "what answers on unix://*/host.sock is not a host of this version: ";
    private const string NoAnswer = "no answer from unix://*/host.sock in time (connect_timeout): *";
    private const string Limit = "a frame announces 4294967295 bytes and the limit is *";
    private const string Outside = "a message is not inside the peer's region";
    private const string LentOutside = "a lent buffer is not inside the peer's region";

    [Theory]
    [InlineData("unknown-type", "a frame of a type that is not expected here")]
    [InlineData("type-zero", "a frame of a type that is not expected here")]
    [InlineData("handshake-again", "a frame of a type that is not expected here")]
    [InlineData("call-from-the-host", "a frame of a type that is not expected here")]
    [InlineData("cancel-from-the-host", "a frame of a type that is not expected here")]
    [InlineData("stream-never-opened", "a frame is for a stream that was never opened")]
    [InlineData("last-stream-number", "a frame is for a stream that was never opened")]
    [InlineData("stream-zero", "a frame is for a stream that was never opened")]
    [InlineData("end-of-lingering-first", "the end of lingering came before the trailers")]
    [InlineData("end-of-stream", "a host ends its messages with trailers alone")]
    [InlineData("trailers-go-on", "trailers hold a message that goes on after them")]
    [InlineData("body-without-message", "a frame without a message holds one")]
    [InlineData("window-of-three-bytes", "a window frame does not hold a number")]
    [InlineData("window-overflows", "more credit was granted than a window can hold")]
    [InlineData("release-of-half-an-entry", "a release frame does not hold whole entries")]
    [InlineData("release-of-nothing", "a release frame does not hold whole entries")]
    [InlineData("release-never-lent", "a lease was released more often than it was lent")]
    [InlineData("call-releases-never-lent", "a lease was released more often than it was lent")]
    [InlineData("status-longer-than-head", "the message of a status is longer than its head")]
    [InlineData("status-of-three-bytes", "the message of a status is longer than its head")]
    [InlineData("metadata-cut", "malformed metadata: it ends inside an entry")]
    [InlineData("metadata-too-long", "malformed metadata: an entry is longer than the rest")]
    [InlineData("metadata-key", "malformed metadata: a key has characters that keys can't have")]
    [InlineData("trailers-broken", "malformed metadata: an entry is longer than the rest")]
    [InlineData("lends-more-than-it-holds", "a message lends more buffers than its frame or the protocol holds")]
    [InlineData("lends-without-count", "a message lends more buffers than its frame or the protocol holds")]
    [InlineData("lends-for-ever-and-ever", "a message lends more buffers than its frame or the protocol holds")]
    [InlineData("buffer-head", "the head of a buffer frame has another length")]
    [InlineData("shared-where-nothing-is", Outside)]
    [InlineData("shared-of-half-a-descriptor", "a message by descriptor holds something else")]
    [InlineData("length-of-4-GiB", Limit)]
    [InlineData("length-of-4-GiB", "a frame of 8 bytes announces a head of 9", 1)]
    [InlineData("overruns-window", "a message came without credit")]
    [InlineData("overruns-window-with-nothing", "a message came without credit")]
    [InlineData("releases-too-often", "a lease was released more often than it was lent")]
    [InlineData("releases-too-often", "a lease was released more often than it was lent", 1)]
    [InlineData("writes-past-buffer", "bytes of a buffer reach past its end")]
    [InlineData("writes-past-buffer", "bytes of a buffer reach past its end", 1)]
    [InlineData("much-metadata", "metadata is over this side's limit (max_metadata_bytes)")]
    [InlineData("much-metadata", "metadata is over this side's limit (max_metadata_bytes)", 1)]
    [InlineData("points-elsewhere", Outside)]
    [InlineData("points-elsewhere", Outside, 1)]
    [InlineData("points-elsewhere", Outside, 2)]
    [InlineData("points-elsewhere", Outside, 3)]
    [InlineData("points-elsewhere", Outside, 4)]
    [InlineData("points-elsewhere", Outside, 5)]
    [InlineData("points-elsewhere", Outside, 6)]
    [InlineData("points-elsewhere", Outside, 7)]
    [InlineData("points-elsewhere-rings", Outside, 5)]
    [InlineData("lends-nonsense", LentOutside)]
    [InlineData("lends-nonsense", LentOutside, 1)]
    [InlineData("lends-nonsense", "a lent buffer contradicts an earlier one of the same lease", 2)]
    [InlineData("lends-nonsense", LentOutside, 3)]
    public async Task A_violation_ends_the_connection_and_the_host_is_told_why(string scenario, string reason, int variant = 0)
    {
        var run = await MeetAsync(scenario, variant);

        First(run).Should().Match($"UNAVAILABLE: the connection ended: {reason}");
        Told(run).Should().Match($"5 {reason}");
    }

    [Theory]
    [InlineData("message-after-trailers", "a frame came after the end of its stream")]
    [InlineData("trailers-twice", "a frame came after the end of its stream")]
    [InlineData("headers-after-trailers", "a frame came after the end of its stream")]
    [InlineData("lingering-trailers-twice", "a frame came after the trailers of its stream")]
    [InlineData("message-while-lingering", "a frame came after the trailers of its stream")]
    public async Task What_comes_after_a_good_end_ends_the_connection_and_not_the_call(string scenario, string reason)
    {
        var run = await MeetAsync(scenario);

        First(run).Should().Be("OK: ");
        Told(run).Should().Be($"5 {reason}");
    }

    [Theory]
    [InlineData("status-of-no-name", "UNKNOWN: what")]
    [InlineData("ok-without-message", "INTERNAL: the host answered OK without a message")]
    [InlineData("message-unreadable", "INTERNAL: the response cannot be read: *")]
    [InlineData("message-endless-text", "INTERNAL: the response cannot be read: *")]
    [InlineData("message-without-end", "RESOURCE_EXHAUSTED: a message is over this side's limit (max_receive_message_bytes)")]
    public async Task What_is_wrong_with_one_reply_is_the_end_of_its_call(string scenario, string expected)
    {
        var run = await MeetAsync(scenario);

        First(run).Should().Match(expected);
    }

    [Fact]
    public async Task A_message_that_is_no_text_is_made_one()
    {
        var run = await MeetAsync("status-not-utf8");

        First(run).Should().Be("NOT_FOUND: a?b??c");
    }

    [Theory]
    [InlineData("cut-frame", "UNAVAILABLE: the connection ended: the host's stream ended inside a frame", 1)]
    [InlineData("cut-frame", "UNAVAILABLE: the connection ended: the host's stream ended inside a frame", 20)]
    [InlineData("cut-frame-in-ring", "UNAVAILABLE: the connection ended: the host's stream ended inside a frame", 20)]
    [InlineData("closes", "UNAVAILABLE: the connection ended: the host closed the connection without a goodbye: *")]
    [InlineData("drips", "DEADLINE_EXCEEDED: *")]
    [InlineData("says-nothing", "DEADLINE_EXCEEDED: *")]
    [InlineData("never-reads", "DEADLINE_EXCEEDED: *")]
    [InlineData("plays-dead", "UNAVAILABLE: the connection ended: the host did not answer a heartbeat in time")]
    [InlineData("rings-for-nothing", "UNAVAILABLE: the connection ended: the host did not answer a heartbeat in time")]
    [InlineData("plays-dead-with-rings", "UNAVAILABLE: the connection ended: the host did not answer a heartbeat in time")]
    public async Task A_host_that_falls_silent_is_given_up_in_time(string scenario, string expected, int variant = 0)
    {
        var run = await MeetAsync(scenario, variant);

        First(run).Should().Match(expected);
    }

    [Theory]
    [InlineData("pings-without-reading", "the host has not read for so long that 8 MiB wait for it")]
    [InlineData("pings-without-reading-rings", "the host has not read for so long that 8 MiB wait for it")]
    [InlineData("lends-without-end", "more buffers are lent than the peer's region has pages")]
    public async Task What_would_grow_without_end_is_bounded(string scenario, string reason)
    {
        var run = await MeetAsync(scenario);

        First(run).Should().Be($"UNAVAILABLE: the connection ended: {reason}");
    }

    [Fact]
    public async Task A_call_does_not_start_over_for_ever_at_a_host_that_looks_at_none()
    {
        var run = await MeetAsync("refuses-every-call");

        First(run).Should().Be("UNAVAILABLE: the connection ended: not now");
    }

    [Fact]
    public async Task A_call_that_was_answered_does_not_start_over_whatever_the_goodbye_says()
    {
        var run = await MeetAsync("denies-after-reply");

        First(run).Should().Be("UNAVAILABLE: the connection ended: not now");
    }

    [Fact]
    public async Task Connections_that_a_host_leaves_open_do_not_pile_up()
    {
        var run = await MeetAsync("leaves-calls-open");

        First(run).Should().StartWith("DEADLINE_EXCEEDED: ");
        var left = Line(run, "connections left open ");
        int.Parse(left, System.Globalization.CultureInfo.InvariantCulture).Should().BeInRange(1, 16);
    }

    [Fact]
    public async Task Every_step_of_the_handshake_may_be_the_last()
    {
        for (var step = 0; step <= 17; step++)
        {
            var run = await MeetAsync("closes-in-handshake", step);
            First(run).Should().Match(
                $"UNAVAILABLE: {Stranger}it closed the connection during the handshake", "after step {0}", step);
        }
    }

    [Fact]
    public async Task A_host_may_fall_silent_at_every_step_of_the_handshake()
    {
        for (var step = 0; step <= 17; step++)
        {
            var run = await MeetAsync("stalls-in-handshake", step);
            First(run).Should().Match($"UNAVAILABLE: {NoAnswer}", "after step {0}", step);
            run = await MeetAsync("stalls-past-the-deadline", step);
            First(run).Should().StartWith("DEADLINE_EXCEEDED: ", "after step {0}", step);
        }
    }

    [Theory]
    [InlineData("stranger", 0, $"UNAVAILABLE: {Stranger}a frame announces 1347703880 bytes and the limit is *")]
    [InlineData("stranger", 1, $"UNAVAILABLE: {Stranger}a frame announces 2147483647 bytes and the limit is *")]
    [InlineData("stranger", 2, $"UNAVAILABLE: {Stranger}a frame of 1 bytes announces a head of 2")]
    [InlineData("stranger", 3, $"UNAVAILABLE: {Stranger}another frame came during the handshake")]
    [InlineData("stranger", 4, $"UNAVAILABLE: {Stranger}a message of the handshake cannot be read")]
    [InlineData("drips-hello", 0, $"UNAVAILABLE: {NoAnswer}")]
    [InlineData("wrong-hello", 0, $"UNAVAILABLE: {Stranger}it chose a protocol version that was not offered")]
    [InlineData("wrong-hello", 1, $"UNAVAILABLE: {Stranger}it chose a protocol version that was not offered")]
    [InlineData("wrong-hello", 2, $"UNAVAILABLE: {Stranger}it announces limits that no call could keep")]
    [InlineData("wrong-hello", 3, $"UNAVAILABLE: {Stranger}it announces limits that no call could keep")]
    [InlineData("wrong-hello", 4, $"UNAVAILABLE: {Stranger}it announces limits that no call could keep")]
    [InlineData("wrong-hello", 5, $"UNAVAILABLE: {Stranger}it asks for a token with a nonce or a proof of another length than 32")]
    [InlineData("wrong-hello", 6, "UNKNOWN: the host at * refused: go away")]
    [InlineData("challenges-elsewhere", 0, $"UNAVAILABLE: {Stranger}a memory challenge asks for bytes outside its region")]
    [InlineData("challenges-elsewhere", 1, $"UNAVAILABLE: {Stranger}a memory challenge asks for bytes outside its region")]
    [InlineData("challenges-elsewhere", 2, $"UNAVAILABLE: {Stranger}a memory challenge asks for bytes outside its region")]
    [InlineData("challenges-elsewhere", 3, $"UNAVAILABLE: {Stranger}a memory challenge asks for bytes outside its region")]
    [InlineData("challenges-elsewhere", 4, $"UNAVAILABLE: {Stranger}a memory challenge asks for bytes outside its region")]
    [InlineData("sees-other-bytes", 0, "OK: ")]
    public async Task A_handshake_that_is_none_has_its_reason(string scenario, int variant, string expected)
    {
        var run = await MeetAsync(scenario, variant);

        First(run).Should().Match(expected);
    }

    [Fact]
    public async Task Bytes_that_change_while_they_are_read_spoil_a_message_and_nothing_else()
    {
        var run = await MeetAsync("rewrites-messages");

        First(run).Should().Be("OK: ");
        run.Output[0].Should().StartWith("good ").And.NotEndWith(" broken 0");
    }

    [Fact]
    public async Task Sleep_words_that_never_stand_still_do_no_harm()
    {
        var run = await MeetAsync("flips-sleep-words");

        First(run).Should().Be("OK: ");
    }

    [Fact]
    public async Task A_word_of_a_ring_that_cannot_be_ends_the_call_or_its_deadline_does()
    {
        for (var word = 0; word < 8; word++)
        {
            var run = await MeetAsync("breaks-word", word);
            First(run).Should().MatchRegex(
                "^(UNAVAILABLE: the connection ended: the host says that |DEADLINE_EXCEEDED: )", "word {0}", word);
        }
    }

    [Fact]
    public async Task Shared_memory_is_sealed_and_a_hole_in_it_is_zeros()
    {
        var run = await MeetAsync("truncates");

        First(run).Should().Be("OK: ");
        Told(run).Should().Be("shrunk 0 grown 0 sealed anew 0 holed 1");
    }

    [Theory]
    [InlineData("trailers-twice", 0)]
    [InlineData("stranger", 0)]
    [InlineData("stalls-in-handshake", 15)]
    [InlineData("message-without-end", 0)]
    [InlineData("lends-without-end", 0)]
    [InlineData("lends-nonsense", 2)]
    [InlineData("pings-without-reading", 0)]
    [InlineData("pings-without-reading-rings", 0)]
    [InlineData("overruns-window", 0)]
    [InlineData("refuses-every-call", 0)]
    [InlineData("denies-after-reply", 0)]
    [InlineData("releases-too-often", 0)]
    [InlineData("points-elsewhere-rings", 0)]
    public async Task Nothing_leaks_under_valgrind(string scenario, int variant)
    {
        const string Valgrind = "/usr/bin/valgrind";
        Assert.SkipUnless(File.Exists(Valgrind), "valgrind is not installed.");

        var program = Path.Combine(await NativeBuild.PlainAsync(), "misbehaving");
        var run = await MeetAsync(
            Valgrind,
            ["-q", "--fair-sched=yes", "--leak-check=full", "--show-leak-kinds=all", "--errors-for-leak-kinds=all",
                "--error-exitcode=99", program],
            scenario, variant);

        run.Errors.Should().BeEmpty();
    }

    private static async Task<NativeProgram> MeetAsync(string scenario, int variant = 0) =>
        await MeetAsync(Path.Combine(await NativeBuild.AddressSanitizerAsync(), "misbehaving"), [], scenario, variant);

    /// <summary>What holds in every scenario is asserted here.</summary>
    private static async Task<NativeProgram> MeetAsync(
        string program, IEnumerable<string> arguments, string scenario, int variant)
    {
        var folder = Directory.CreateTempSubdirectory("winapi-");
        try
        {
            var run = await RunAsync(program, [.. arguments, folder.FullName, scenario, $"{variant}"]);
            run.ExitCode.Should().Be(0, "{0} {1}: {2}", scenario, variant, run.Everything);
            run.Output.Should().Contain("in time", "{0} {1}: {2}", scenario, variant, run.Everything);
            Line(run, "again ").Should().Be("OK: ", "{0} {1}: {2}", scenario, variant, run.Everything);
            Line(run, "descriptors left ").Should().Be("0", "{0} {1}: {2}", scenario, variant, run.Everything);
            return run;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string First(NativeProgram run) => Line(run, "first ");

    private static string Told(NativeProgram run) => Line(run, "told ");

    private static string Line(NativeProgram run, string beginning)
    {
        var line = run.Output.FirstOrDefault(line => line.StartsWith(beginning, StringComparison.Ordinal));
        line.Should().NotBeNull("it should print '{0}'; it printed {1}", beginning, run.Everything);
        return line![beginning.Length..];
    }
}
