using Google.Protobuf.Reflection;

namespace WinApi.Native.Generator.Schema;

/// <summary>Finds parts of a .proto that are different there and would have the same name in C.</summary>
internal sealed class NameCheck(Problems problems)
{
    private readonly Dictionary<string, IDescriptor> _global = new(StringComparer.Ordinal);

    public void Add(FileDescriptor file)
    {
        foreach (EnumDescriptor type in Walk.Enums(file))
        {
            Claim(_global, CName.Of(type), type);
            foreach (EnumValueDescriptor value in type.Values)
            {
                Claim(_global, CName.Of(value), value);
            }
        }

        foreach (MessageDescriptor message in Walk.Messages(file))
        {
            Add(message);
        }

        foreach (MethodDescriptor method in file.Services.SelectMany(service => service.Methods))
        {
            foreach (string suffix in (string[])["", "_method", "_done", "_async", "_call", "_read", "_write", "_finish"])
            {
                Claim(_global, CName.Of(method) + suffix, method);
            }
        }
    }

    private void Add(MessageDescriptor message)
    {
        Claim(_global, CName.Of(message), message);
        Claim(_global, CName.Table(message), message);
        Claim(_global, CName.Fields(message), message);
        var members = new Dictionary<string, IDescriptor>(StringComparer.Ordinal);
        foreach (FieldDescriptor field in message.Fields.InDeclarationOrder())
        {
            if (field.RealContainingOneof is not null)
            {
                Claim(_global, CName.Case(field), field);
                continue;
            }

            Claim(members, CName.Member(field), field);
            if (FieldShape.Of(field) == FieldShape.Optional)
            {
                Claim(members, CName.Has(field), field);
            }
        }

        foreach (OneofDescriptor oneof in message.Oneofs.Where(oneof => !oneof.IsSynthetic))
        {
            Claim(members, CName.Member(oneof), oneof);
            Claim(_global, CName.Cases(oneof), oneof);
            Claim(_global, CName.NoCase(oneof), oneof);
        }
    }

    private void Claim(Dictionary<string, IDescriptor> names, string name, IDescriptor part)
    {
        if (!names.TryAdd(name, part) && !ReferenceEquals(names[name], part))
        {
            problems.Add(part, $"{part.FullName} and {names[name].FullName} would both be {name} in C; rename one");
        }
    }
}
