using System.Collections;
using System.Collections.Concurrent;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace WinApi.Transport.HyperV.Calls;

/// <summary>Finds the <see cref="BufferRef"/>s in a message, so that the transport can lend what they name.</summary>
internal static class BufferReferences
{
    private static readonly ConcurrentDictionary<MessageDescriptor, FieldDescriptor[]> s_fields = new();

    /// <summary>Whether messages of this type may hold any.</summary>
    public static bool MayBeIn<T>(T message) => OfType<T>.MayHold ?? OfType<T>.Ask(message);

    /// <summary>All references in the message, in the order of its fields; null where its type can't hold any.</summary>
    public static List<BufferRef>? Find<T>(T message)
    {
        if (message is not IMessage root)
        {
            return null;
        }

        if (root is BufferRef whole)
        {
            return [whole];
        }

        var fields = FieldsOf(root.Descriptor);
        if (fields.Length == 0)
        {
            return null;
        }

        var found = new List<BufferRef>();
        Collect(root, fields, found);
        return found.Count == 0 ? null : found;
    }

    private static void Collect(IMessage message, FieldDescriptor[] fields, List<BufferRef> found)
    {
        foreach (var field in fields)
        {
            var value = field.Accessor.GetValue(message);
            switch (value)
            {
                case IDictionary map:
                    foreach (var entry in map.Values)
                    {
                        Add((IMessage)entry, found);
                    }

                    break;
                case IList list:
                    foreach (var entry in list)
                    {
                        Add((IMessage)entry, found);
                    }

                    break;
                case IMessage single:
                    Add(single, found);
                    break;
            }
        }
    }

    private static void Add(IMessage message, List<BufferRef> found)
    {
        if (message is BufferRef reference)
        {
            found.Add(reference);
        }
        else
        {
            Collect(message, FieldsOf(message.Descriptor), found);
        }
    }

    /// <summary>The fields of a message type that are references or lead to some.</summary>
    private static FieldDescriptor[] FieldsOf(MessageDescriptor type) =>
        s_fields.GetOrAdd(type, static type =>
            [.. type.Fields.InFieldNumberOrder().Where(field => Leads(field, []))]);

    private static bool Leads(FieldDescriptor field, HashSet<MessageDescriptor> seen)
    {
        if (field.FieldType != FieldType.Message)
        {
            return false;
        }

        var type = field.IsMap ? field.MessageType.FindFieldByNumber(2) is { FieldType: FieldType.Message } value
            ? value.MessageType : null : field.MessageType;
        return type is not null && (type == BufferRef.Descriptor
            || (seen.Add(type) && type.Fields.InDeclarationOrder().Any(inner => Leads(inner, seen))));
    }

    /// <summary>The answer for a type that is no base of others, which is what code generators make.</summary>
    private static class OfType<T>
    {
        public static bool? MayHold { get; private set; }

        public static bool Ask(T message)
        {
            var may = message is BufferRef || (message is IMessage root && FieldsOf(root.Descriptor).Length > 0);
            if (typeof(T).IsSealed)
            {
                MayHold = may;
            }

            return may;
        }
    }
}
