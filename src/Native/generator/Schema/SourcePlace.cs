using Google.Protobuf.Reflection;

namespace WinApi.Native.Generator.Schema;

/// <summary>A place in a .proto file, counted from 1.</summary>
internal readonly record struct SourcePlace(int Line, int Column)
{
    /// <summary>Where the element with this path of field numbers and indices begins; the file's start where unknown.</summary>
    public static SourcePlace Of(FileDescriptorProto file, params ReadOnlySpan<int> path)
    {
        foreach (SourceCodeInfo.Types.Location location in file.SourceCodeInfo?.Location ?? [])
        {
            if (path.SequenceEqual(location.Path.ToArray()))
            {
                return new SourcePlace(location.Span[0] + 1, location.Span[1] + 1);
            }
        }

        return new SourcePlace(1, 1);
    }
}
