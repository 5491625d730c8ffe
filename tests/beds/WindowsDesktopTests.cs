using System.Text.Json;
using WinApi.Beds.Tests.Setup;
using WinApi.Beds.Tests.Wine;

namespace WinApi.Beds.Tests;

/// <summary>The services of Windows, of WinAPIService.exe on a desktop of Wine, from C# and C on this machine.</summary>
public sealed class WindowsDesktopTests(TestBeds beds)
{
    [Fact]
    public void Text_that_Linux_puts_on_the_clipboard_is_read_by_another_Windows_program()
    {
        var run = beds.Desktop.Value;

        run.ClipSet.ExitCode.Should().Be(0, "{0}", run.ClipSet.Everything);
        run.PastedByProbe.Should().Be(DesktopRun.FromLinux);
    }

    [Fact]
    public void Text_that_another_Windows_program_copies_is_read_by_Linux()
    {
        var run = beds.Desktop.Value;

        run.ClipGet.ExitCode.Should().Be(0, "{0}", run.ClipGet.Everything);
        run.ClipGet.Output.Should().Be(DesktopRun.FromWindows);
    }

    [Fact]
    public void A_picture_that_Linux_puts_on_the_clipboard_is_seen_by_another_Windows_program()
    {
        var run = beds.Desktop.Value;

        run.ImageSet.ExitCode.Should().Be(0, "{0}", run.ImageSet.Everything);
        var picture = PngPicture.Read(run.Picture);
        run.ImageSeenByProbe.Should().Be($"1024 x 768, first {Color(picture.PixelAt(0, 0))}, last {Color(picture.PixelAt(1023, 767))}");
    }

    [Fact]
    public void A_picture_that_another_Windows_program_copies_is_read_by_Linux_and_C_can_turn_it()
    {
        var run = beds.Desktop.Value;

        run.ImageGot.ExitCode.Should().Be(0, "{0}", run.ImageGot.Everything);
        run.ImageTurned.ExitCode.Should().Be(0, "{0}", run.ImageTurned.Everything);
        run.ImageTurned.Output.Should().Be("picture 3 x 2, first red 255\n");
        var (drawn, turned) = (PngPicture.Read(run.Drawn), PngPicture.Read(run.Turned));
        (drawn.Width, drawn.Height, turned.Width, turned.Height).Should().Be((3, 2, 3, 2));
        new[] { drawn.PixelAt(0, 0), drawn.PixelAt(1, 0), drawn.PixelAt(2, 0), drawn.PixelAt(0, 1), drawn.PixelAt(2, 1) }.Should().Equal(
            (255, 0, 0), (0, 255, 0), (0, 0, 255), (9, 9, 9), (7, 7, 7));
        turned.PixelAt(0, 0).Should().Be((9, 9, 9));
        turned.PixelAt(2, 1).Should().Be((0, 0, 255));
    }

    [Fact]
    public void Changes_of_the_clipboard_are_told()
    {
        var run = beds.Desktop.Value;

        run.ClipWatch.ExitCode.Should().Be(0, "{0}", run.ClipWatch.Everything);
        var lines = run.ClipWatch.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        lines.Should().HaveCount(2);
        lines[1].GetProperty("text").GetString().Should().Be(DesktopRun.FromWindows);
        lines[1].GetProperty("sequence").GetUInt32().Should().NotBe(lines[0].GetProperty("sequence").GetUInt32());
    }

    [Fact]
    public void A_secret_comes_back_as_it_was_and_others_bytes_are_refused()
    {
        var run = beds.Desktop.Value;

        run.Protected.ExitCode.Should().Be(0, "{0}", run.Protected.Everything);
        Convert.FromBase64String(run.Protected.Output.Trim()).Length.Should().BeGreaterThan(DesktopRun.SecretText.Length);
        run.Unprotected.Output.Should().Be(DesktopRun.SecretText);
        run.Changed.ExitCode.Should().Be(1);
        run.Changed.Errors.Should().Contain("DATA_LOSS: these bytes cannot be read here");
    }

    [Fact]
    public void The_registry_is_read_and_listed()
    {
        var run = beds.Desktop.Value;

        run.ProductName.Output.Should().Contain("Windows 10", "{0}", run.ProductName.Everything);
        run.Keys.Json.GetProperty("keys").EnumerateArray().Select(key => key.GetString()).Should().Contain("Windows NT");
        run.NoSuchKey.ExitCode.Should().Be(1);
        run.NoSuchKey.Errors.Should().Contain(@"NOT_FOUND: there is no key HKLM\SOFTWARE\NoSuchKey");
    }

    [Fact]
    public void A_window_is_seen_in_the_picture_of_the_screen()
    {
        var run = beds.Desktop.Value;

        run.Monitors.Json.GetProperty("monitors")[0].GetProperty("width").GetInt32().Should().Be(1024);
        run.Shot.ExitCode.Should().Be(0, "{0}", run.Shot.Everything);
        var picture = PngPicture.Read(run.Picture);
        (picture.Width, picture.Height).Should().Be((1024, 768));
        picture.PixelAt(150, 100).Should().Be((16, 32, 200), "the window is there");
        picture.PixelAt(299, 199).Should().Be((16, 32, 200), "that is its lower right corner");
        picture.PixelAt(301, 201).Should().NotBe((16, 32, 200));
    }

    [Fact]
    public void Frames_come_by_reference_one_after_the_other()
    {
        var frames = beds.Desktop.Value.Frames.Json;

        frames.GetProperty("frames").GetInt64().Should().Be(20);
        frames.GetProperty("bytes").GetInt64().Should().Be(20L * 1024 * 768 * 4);
    }

    [Fact]
    public void C_calls_them_all()
    {
        var run = beds.Desktop.Value.FromC;

        run.ExitCode.Should().Be(0, "{0}", run.Everything);
        run.Output.Should().Contain($"clipboard {DesktopRun.FromWindows}\n").And.Contain("secret came back\n")
            .And.MatchRegex(@"registry [1-9]\d* keys\n").And.Contain("pixel red 16, green 32, blue 200\n")
            .And.Contain("buffer shared\n", "the host has written it where the client reads");
    }

    [Fact]
    public void A_service_says_that_it_has_no_clipboard_and_who_has()
    {
        var run = beds.Desktop.Value.FromService;

        run.ExitCode.Should().Be(1);
        run.Errors.Should().Contain("FAILED_PRECONDITION: The clipboard needs a host in a user's session").And.Contain("WinAPIAgent");
    }

    /// <summary>As Windows writes a colour: blue, green, red.</summary>
    private static string Color((int Red, int Green, int Blue) pixel) => $"{pixel.Blue:x2}{pixel.Green:x2}{pixel.Red:x2}";
}
