using Google.Protobuf;
using Google.Protobuf.Reflection;
using WinApi.Native.Tests.Native;

namespace WinApi.Native.Tests.Messages;

/// <summary>C takes nothing that C# refuses, and understands what it takes as C# does.</summary>
public sealed class MutatedInputTests(ITestOutputHelper log)
{
    private const int Count = 200_000;
    private const int Seed = 20_260_102;

    [Theory]
    [InlineData(nameof(NativeBuild.Optimized))]
    [InlineData(nameof(NativeBuild.Sanitized))]
    public void Mutated_messages_are_judged_as_in_CSharp(string build)
    {
        var random = new Random(Seed);
        var messages = new RandomMessage(random);
        var mutation = new Mutation(random);
        using var program = new RoundTripProgram(NativeBuild.Named(build));
        var tally = new Tally();
        byte[] other = [];
        for (int index = 0; index < Count; index++)
        {
            MessageDescriptor type = TestedTypes.All[random.Next(TestedTypes.All.Count)];
            byte[] valid = messages.Create(type).ToByteArray();
            byte[] sent = mutation.Of(valid, other);
            other = valid;
            Compare(program, type, sent, tally);
        }

        log.WriteLine(tally.ToString());
        tally.BothTake.Should().BeGreaterThan(Count / 20);
        tally.BothRefuse.Should().BeGreaterThan(Count / 20);
        // C# passes over wire types that do not exist in map entries and wrapper types, reads wrapper types past their
        // end, and takes a negative length of packed numbers for none.
        tally.OnlyCRefuses.Should().BeLessThan(Count / 100);
        program.End().Should().Be((0, ""));
    }

    private static void Compare(RoundTripProgram program, MessageDescriptor type, byte[] sent, Tally tally)
    {
        string what = $"a {type.FullName} of {Convert.ToHexString(sent)}";
        (byte[]? encoded, string? refusal) = program.Send(type.FullName, sent);
        IMessage? keeping = Parse(type.Parser, sent);
        IMessage? expected = Parse(type.Parser.WithDiscardUnknownFields(true), sent);
        if (encoded is null)
        {
            tally.CountRefused(keeping is null, refusal!, what);
            return;
        }

        (keeping is null).Should().BeFalse($"C takes {what}");
        (expected is null).Should().BeFalse($"C takes {what}");
        IMessage actual = type.Parser.ParseFrom(encoded);
        if (!actual.Equals(expected))
        {
            Assert.Fail($"C reads {what} as {Convert.ToHexString(encoded)}, C# as {Convert.ToHexString(expected.ToByteArray())}");
        }

        tally.BothTake++;
    }

    private static IMessage? Parse(MessageParser parser, byte[] bytes)
    {
        try
        {
            return parser.ParseFrom(bytes);
        }
        catch (Exception refusal) when (refusal is InvalidProtocolBufferException or InvalidOperationException)
        {
            // InvalidOperationException is how C# refuses a wrapper type that ends early.
            return null;
        }
    }
}
