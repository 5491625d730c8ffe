using Google.Protobuf.Reflection;

namespace WinApi.Native.Generator.Schema;

/// <summary>What a message may hold, itself or somewhere below.</summary>
internal static class Contents
{
    public const string BufferRef = "winapi.BufferRef";

    public static bool HoldsBufferRef(MessageDescriptor message) =>
        Reached(message).Any(type => type.FullName == BufferRef);

    public static bool HoldsMap(MessageDescriptor message) =>
        Reached(message).Any(type => type.Fields.InDeclarationOrder().Any(field => field.IsMap));

    private static HashSet<MessageDescriptor> Reached(MessageDescriptor start)
    {
        var reached = new HashSet<MessageDescriptor> { start };
        var open = new Stack<MessageDescriptor>(reached);
        while (open.TryPop(out MessageDescriptor? message))
        {
            foreach (FieldDescriptor field in message.Fields.InDeclarationOrder())
            {
                if (field.FieldType == FieldType.Message && reached.Add(field.MessageType))
                {
                    open.Push(field.MessageType);
                }
            }
        }

        return reached;
    }
}
