using Microsoft.Extensions.DependencyInjection;
using PublicApiGenerator;
using WinApi.Client;
using WinApi.Transport.Http2;
using WinApi.Transport.HyperV;

namespace WinApi.Packages.Tests;

/// <summary>
/// What programs of others are compiled against. It changes on purpose alone: WINAPI_ACCEPT_API=1 writes docs/api/ anew, and the
/// commit shows how.
/// </summary>
public sealed class PublicApiTests
{
    public static TheoryData<Type> Libraries =>
        [typeof(HyperVChannel), typeof(Http2Channel), typeof(WinApiClient), typeof(HyperVServerServiceCollectionExtensions)];

    [Theory, MemberData(nameof(Libraries))]
    public async Task The_public_API_of_a_library_is_the_one_that_is_written_down(Type inside)
    {
        var file = Path.Combine(PackageFeed.RepositoryRoot, "docs", "api", $"{inside.Assembly.GetName().Name}.txt");
        var api = inside.Assembly.GeneratePublicApi(new ApiGeneratorOptions { IncludeAssemblyAttributes = false }).ReplaceLineEndings("\n") + "\n";
        if (Environment.GetEnvironmentVariable("WINAPI_ACCEPT_API") == "1")
        {
            await File.WriteAllTextAsync(file, api, TestContext.Current.CancellationToken);
        }

        var known = (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).Split('\n');
        var now = api.Split('\n');

        now.Except(known).Should().BeEmpty("a new or changed member is accepted with WINAPI_ACCEPT_API=1");
        known.Except(now).Should().BeEmpty("a member that is gone, or has changed, breaks programs: accept it with WINAPI_ACCEPT_API=1");
        now.Should().Equal(known);
    }
}
