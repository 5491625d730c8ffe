using Spectre.Console;

namespace WinApi.Client.Command.Output;

/// <summary>Names and values, one pair a line.</summary>
internal sealed class FieldGrid
{
    private readonly Grid _grid = new Grid()
        .AddColumn(new GridColumn().NoWrap().PadRight(3))
        .AddColumn(new GridColumn());

    public FieldGrid Add(string name, string value)
    {
        _grid.AddRow(new Text(name, new Style(decoration: Decoration.Bold)), new Text(value));
        return this;
    }

    public void Show(IAnsiConsole console) => console.Write(_grid);
}
