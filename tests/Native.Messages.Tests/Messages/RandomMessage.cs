using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace WinApi.Native.Tests.Messages;

/// <summary>Messages with random fields set to random values.</summary>
internal sealed class RandomMessage(Random random)
{
    private const int Deepest = 5;

    private readonly RandomValue _values = new(random);

    public IMessage Create(MessageDescriptor type) => Create(type, 0);

    private IMessage Create(MessageDescriptor type, int depth)
    {
        IMessage message = type.Parser.ParseFrom([]);

        // From nearly empty to nearly full, and less of it further down.
        double share = random.NextDouble() / (1 + depth);
        foreach (FieldDescriptor field in type.Fields.InDeclarationOrder())
        {
            if (field.RealContainingOneof is null && random.NextDouble() < share)
            {
                Fill(message, field, depth);
            }
        }

        foreach (OneofDescriptor oneof in type.Oneofs.Where(oneof => !oneof.IsSynthetic))
        {
            if (random.NextDouble() < 0.8)
            {
                Fill(message, oneof.Fields[random.Next(oneof.Fields.Count)], depth);
            }
        }

        return message;
    }

    private void Fill(IMessage message, FieldDescriptor field, int depth)
    {
        if (field.IsMap)
        {
            FillMap((IDictionary)field.Accessor.GetValue(message), field.MessageType, depth);
        }
        else if (field.IsRepeated)
        {
            FillList((IList)field.Accessor.GetValue(message), field, depth);
        }
        else if (Value(field, depth) is { } value)
        {
            field.Accessor.SetValue(message, value);
        }
    }

    private void FillMap(IDictionary map, MessageDescriptor entry, int depth)
    {
        for (int count = random.Next(6); count > 0; count--)
        {
            if (Value(entry.FindFieldByNumber(2), depth) is { } value)
            {
                map[Value(entry.FindFieldByNumber(1), depth)!] = value;
            }
        }
    }

    private void FillList(IList list, FieldDescriptor field, int depth)
    {
        int longest = random.Next(20) == 0 ? 100 : 6;
        for (int count = random.Next(longest); count > 0; count--)
        {
            if (Value(field, depth) is { } value)
            {
                list.Add(value);
            }
        }
    }

    private object? Value(FieldDescriptor field, int depth)
    {
        if (field.FieldType != FieldType.Message)
        {
            return _values.Of(field);
        }

        // C# holds the wrapper types of google.protobuf as the values they wrap.
        if (field.MessageType.File.Name == "google/protobuf/wrappers.proto")
        {
            object wrapped = _values.Of(field.MessageType.FindFieldByNumber(1));

            // Merging -0.0 into a wrapper that is there already, C# takes it for the default and leaves what was there.
            return wrapped is 0.0 or 0.0f ? null : wrapped;
        }

        return depth < Deepest ? Create(field.MessageType, depth + 1) : null;
    }
}
