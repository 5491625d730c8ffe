using Grpc.Core;
using StbImageSharp;

namespace WinApi.Client.Command.Pictures;

/// <summary>Pictures in files. Pixels are 4 bytes: blue, green, red, and one that does not count; rows from top to bottom.</summary>
internal static class PictureFile
{
    /// <summary>Writes it as PNG.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT: the file cannot be written.</exception>
    public static void Write(string path, ReadOnlySpan<byte> pixels, int width, int height)
    {
        try
        {
            using var file = File.Create(path);
            PngWriter.Write(file, pixels, width, height);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, $"{path} cannot be written: {e.Message}"));
        }
    }

    /// <summary>Reads a PNG, JPEG or BMP.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT: the file cannot be read, or holds no picture.</exception>
    public static (byte[] Pixels, int Width, int Height) Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var picture = ImageResult.FromStream(file, ColorComponents.RedGreenBlueAlpha);
            for (var at = 0; at < picture.Data.Length; at += 4)
            {
                (picture.Data[at], picture.Data[at + 2]) = (picture.Data[at + 2], picture.Data[at]);
            }

            return (picture.Data, picture.Width, picture.Height);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, $"{path} cannot be read: {e.Message}"));
        }
        catch (Exception e) when (e is InvalidOperationException or IndexOutOfRangeException or ArgumentException or OverflowException)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, $"{path} is no PNG, JPEG or BMP that can be read: {e.Message}"));
        }
    }
}
