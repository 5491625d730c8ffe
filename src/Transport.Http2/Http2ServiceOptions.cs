using Microsoft.Extensions.Logging;
using WinApi.Transport.HyperV;

namespace WinApi.Transport.Http2;

/// <summary>What services on HTTP/2 ask of their clients. Read once, when the binder is made.</summary>
public sealed class Http2ServiceOptions
{
    /// <summary>How the address is called in refusals and in the log. Default <c>http</c>.</summary>
    public string Endpoint { get; set; } = "http";

    /// <summary>
    /// How many bytes of buffers handlers may have rented at once, and as many clients may have lent. Default 64 MiB; whole pages
    /// of 4 KiB under 2 GiB.
    /// </summary>
    public long BufferBytes { get; set; } = 64 << 20;

    /// <summary>Whether each call must bring the token along. Default false: right on a loopback address alone.</summary>
    public bool RequiresToken { get; set; }

    /// <summary>The file with the token. Null, the default: where a <see cref="HyperVServer"/> has it. Made where there is none.</summary>
    public string? TokenFile { get; set; }

    /// <summary>Says who may call which method; asked for each call. Null, the default: everybody, everything.</summary>
    public MethodAuthorizer? Authorize { get; set; }

    /// <summary>The most entries of a kind in the log of refusals in a minute. Default 60.</summary>
    public int MaxAuditEntriesPerMinute { get; set; } = 60;

    /// <summary>Where refusals are logged (category <c>WinApi.Audit</c>). Null, the default: nowhere.</summary>
    public ILoggerFactory? LoggerFactory { get; set; }
}
