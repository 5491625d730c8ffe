using Google.Protobuf.Reflection;
using WinApi.Native.Generator.Schema;

namespace WinApi.Native.Generator.Output;

/// <summary>The generated headers that a file needs: of the imports whose types it uses, and of its public imports.</summary>
internal static class Includes
{
    public static IEnumerable<string> Of(FileDescriptor file)
    {
        IEnumerable<FileDescriptor> ofFields = Walk.Messages(file)
            .SelectMany(message => message.Fields.InDeclarationOrder())
            .Select(OwnerOfType)
            .OfType<FileDescriptor>();
        IEnumerable<FileDescriptor> ofMethods = file.Services
            .SelectMany(service => service.Methods)
            .SelectMany(method => (FileDescriptor[])[method.InputType.File, method.OutputType.File]);
        return ofFields.Concat(ofMethods).Concat(file.PublicDependencies)
            .Where(used => used.Name != file.Name)
            .Select(CName.HeaderPath)
            .Distinct()
            .Order(StringComparer.Ordinal);
    }

    private static FileDescriptor? OwnerOfType(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Message => field.MessageType.File,
        FieldType.Enum => field.EnumType.File,
        _ => null,
    };
}
