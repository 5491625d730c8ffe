namespace WinApi.Soak.Program;

/// <summary>A kind of call that a lane makes again and again.</summary>
internal enum LaneKind
{
    Awaited,
    Blocking,
    Large,
    Upload,
    Download,
    Chat,
    Buffer,
    Cancelled,
}
