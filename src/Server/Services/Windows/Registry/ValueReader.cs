using System.Runtime.Versioning;
using Google.Protobuf;
using Microsoft.Win32;
using WinApi.V1;

namespace WinApi.Server.Services.Windows.Registry;

/// <summary>Turns values of the registry into messages.</summary>
[SupportedOSPlatform("windows")]
internal static class ValueReader
{
    /// <summary>Null where there is none of that name.</summary>
    public static RegistryValue? Read(RegistryKey key, string name)
    {
        var data = key.GetValue(name, null, RegistryValueOptions.DoNotExpandEnvironmentNames);
        if (data is null)
        {
            return null;
        }

        var value = new RegistryValue { Name = name };
        switch (data)
        {
            case string text when key.GetValueKind(name) == RegistryValueKind.ExpandString:
                value.ExpandableText = text;
                break;
            case string text:
                value.Text = text;
                break;
            case string[] texts:
                value.Texts = new RegistryTexts { Texts = { texts } };
                break;
            case int number:
                value.Number = unchecked((uint)number);
                break;
            case long number:
                value.LargeNumber = unchecked((ulong)number);
                break;
            default:
                value.Binary = ByteString.CopyFrom(data as byte[] ?? []);
                break;
        }

        return value;
    }
}
