using Google.Protobuf;
using Google.Protobuf.Reflection;
using WinApi.Native.Tests.Native;

namespace WinApi.Native.Tests.Messages;

/// <summary>What C# has encoded, C decodes and encodes again to the same bytes.</summary>
public sealed class RoundTripTests
{
    private const int Count = 20_000;
    private const int Seed = 20_260_101;

    [Fact]
    public void Both_sides_know_the_same_types()
    {
        using var program = new RoundTripProgram(NativeBuild.Optimized);
        program.Types.Should().Equal(TestedTypes.All.Select(type => type.FullName));
    }

    [Theory]
    [InlineData(nameof(NativeBuild.Optimized))]
    [InlineData(nameof(NativeBuild.Sanitized))]
    public void Random_messages_come_back_byte_for_byte(string build)
    {
        var random = new RandomMessage(new Random(Seed));
        using var program = new RoundTripProgram(NativeBuild.Named(build));
        long bytes = 0;
        for (int index = 0; index < Count; index++)
        {
            MessageDescriptor type = TestedTypes.All[index % TestedTypes.All.Count];
            IMessage message = random.Create(type);
            byte[] sent = message.ToByteArray();
            (byte[]? encoded, string? refusal) = program.Send(type.FullName, sent);
            refusal.Should().BeNull($"message {index} of seed {Seed} is a {type.FullName}: {Convert.ToHexString(sent)}");
            if (!sent.AsSpan().SequenceEqual(encoded))
            {
                Convert.ToHexString(encoded!).Should().Be(Convert.ToHexString(sent), $"message {index} of seed {Seed} is a {type.FullName}");
            }

            type.Parser.ParseFrom(encoded).ToByteArray().AsSpan().SequenceEqual(sent).Should().BeTrue();
            bytes += sent.Length;
        }

        bytes.Should().BeGreaterThan(Count * 20, "nearly empty messages would show little");
        program.End().Should().Be((0, ""));
    }
}
