using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace WinApi.Native.Tests.Messages;

/// <summary>Random scalars, every other one at an edge of its type.</summary>
internal sealed class RandomValue(Random random)
{
    private static readonly long[] Edges =
    [
        0, 1, -1, 127, 128, 16383, 16384, int.MaxValue, int.MinValue, uint.MaxValue, long.MaxValue, long.MinValue,
    ];

    private static readonly double[] DoubleEdges =
    [
        0, -0.0, 1, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon, double.MaxValue,
    ];

    private static readonly string[] Letters = ["a", "Z", "0", " ", "\0", "\u007f", "é", "߿", "ࠀ", "字", "\uffff", "𐀀", "😀", "\U0010ffff"];

    public object Of(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Double => Double(),
        FieldType.Float => (float)Double(),
        FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64 => Long(),
        FieldType.UInt64 or FieldType.Fixed64 => (ulong)Long(),
        FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32 => (int)Long(),
        FieldType.UInt32 or FieldType.Fixed32 => (uint)Long(),
        FieldType.Bool => random.Next(2) == 0,
        FieldType.String => Text(),
        FieldType.Bytes => ByteString.CopyFrom(Bytes()),
        FieldType.Enum => Enum.ToObject(field.EnumType.ClrType, EnumNumber(field.EnumType)),
        _ => throw new ArgumentException($"{field.FullName} is no scalar", nameof(field)),
    };

    private double Double() => random.Next(2) == 0
        ? DoubleEdges[random.Next(DoubleEdges.Length)]
        : BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue));

    private long Long() => random.Next(2) == 0
        ? Edges[random.Next(Edges.Length)]
        : random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64);

    private int EnumNumber(EnumDescriptor type) => random.Next(3) == 0
        ? (int)Long()
        : type.Values[random.Next(type.Values.Count)].Number;

    private string Text()
    {
        var text = new StringBuilder();
        for (int count = Length(); count > 0; count--)
        {
            text.Append(random.Next(3) == 0 ? Letters[random.Next(Letters.Length)] : "x");
        }

        return text.ToString();
    }

    private byte[] Bytes()
    {
        byte[] bytes = new byte[Length()];
        random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>Mostly short; now and then so long that its length takes two bytes.</summary>
    private int Length() => random.Next(20) == 0 ? random.Next(400) : random.Next(12);
}
