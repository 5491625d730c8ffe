using Google.Protobuf.Reflection;

namespace WinApi.Native.Generator.Schema;

/// <summary>Where a part of a .proto is declared, with its comments.</summary>
internal static class Declared
{
    public static DescriptorDeclaration? Of(IDescriptor part) => part switch
    {
        MessageDescriptor message => message.Declaration,
        FieldDescriptor field => field.Declaration,
        EnumDescriptor type => type.Declaration,
        EnumValueDescriptor value => value.Declaration,
        OneofDescriptor oneof => oneof.Declaration,
        ServiceDescriptor service => service.Declaration,
        MethodDescriptor method => method.Declaration,
        _ => null,
    };
}
