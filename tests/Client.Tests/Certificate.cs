using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace WinApi.Client.Tests;

/// <summary>A certificate for this machine that nobody else trusts, in a folder of its own.</summary>
internal sealed class Certificate : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("winapi-");

    public Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=winapi test", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllBytes(Pfx, certificate.Export(X509ContentType.Pfx));
        File.WriteAllText(Pem, certificate.ExportCertificatePem());
    }

    public string Pfx => Path.Combine(_folder.FullName, "host.pfx");

    public string Pem => Path.Combine(_folder.FullName, "host.pem");

    public string TokenFile => Path.Combine(_folder.FullName, "token");

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }
}
