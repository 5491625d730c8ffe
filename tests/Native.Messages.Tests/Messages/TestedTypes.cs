using Google.Protobuf.Reflection;
using WinApi.Native.Tests.Kinds;

namespace WinApi.Native.Tests.Messages;

/// <summary>The message types that both sides know.</summary>
internal static class TestedTypes
{
    public static IReadOnlyList<MessageDescriptor> All { get; } =
    [
        Plain.Descriptor, Optional.Descriptor, Repeated.Descriptor, Unpacked.Descriptor, Choice.Descriptor,
        MapKeys.Descriptor, MapValues.Descriptor, Empty.Descriptor, Tree.Descriptor, Scattered.Descriptor,
        Outer.Descriptor, Reserved.Descriptor, WellKnown.Descriptor, References.Descriptor,
    ];
}
