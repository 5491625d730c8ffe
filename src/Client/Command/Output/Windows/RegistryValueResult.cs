using System.Globalization;
using Spectre.Console;
using WinApi.V1;

namespace WinApi.Client.Command.Output.Windows;

/// <param name="Name">Empty: the default value of its key.</param>
/// <param name="Type">As reg.exe names it.</param>
/// <param name="Data">Numbers in decimal, bytes in hexadecimal, several texts on a line each.</param>
internal sealed record RegistryValueResult(string Name, string Type, string Data) : CommandResult
{
    public static RegistryValueResult Of(RegistryValue value)
    {
        var (type, data) = value.DataCase switch
        {
            RegistryValue.DataOneofCase.Text => ("REG_SZ", value.Text),
            RegistryValue.DataOneofCase.ExpandableText => ("REG_EXPAND_SZ", value.ExpandableText),
            RegistryValue.DataOneofCase.Texts => ("REG_MULTI_SZ", string.Join('\n', value.Texts.Texts)),
            RegistryValue.DataOneofCase.Number => ("REG_DWORD", value.Number.ToString(CultureInfo.InvariantCulture)),
            RegistryValue.DataOneofCase.LargeNumber => ("REG_QWORD", value.LargeNumber.ToString(CultureInfo.InvariantCulture)),
            _ => ("REG_BINARY", Convert.ToHexString(value.Binary.Span)),
        };
        return new RegistryValueResult(value.Name, type, data);
    }

    public override void Show(IAnsiConsole console) => Console.Out.WriteLine(Data);
}
