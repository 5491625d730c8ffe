using Desktop.V1;
using Grpc.Core;
using Clipboard = Desktop.V1.Clipboard;

namespace WinApi.AddingAnApi.Tests;

internal sealed class ClipboardService : Clipboard.ClipboardBase
{
    private string _text = "";

    public override Task<CopyReply> Copy(CopyRequest request, ServerCallContext context)
    {
        _text = request.Text;
        return Task.FromResult(new CopyReply());
    }

    public override Task<PasteReply> Paste(PasteRequest request, ServerCallContext context) =>
        Task.FromResult(new PasteReply { Text = _text });
}
