using Google.Protobuf.Reflection;

namespace WinApi.Native.Generator.Schema;

/// <summary>All types of a file, inner ones before the one that holds them, map entries too.</summary>
internal static class Walk
{
    public static IEnumerable<MessageDescriptor> Messages(FileDescriptor file) => file.MessageTypes.SelectMany(Messages);

    public static IEnumerable<EnumDescriptor> Enums(FileDescriptor file) =>
        file.EnumTypes.Concat(Messages(file).SelectMany(message => message.EnumTypes));

    private static IEnumerable<MessageDescriptor> Messages(MessageDescriptor message) =>
        message.NestedTypes.SelectMany(Messages).Append(message);
}
