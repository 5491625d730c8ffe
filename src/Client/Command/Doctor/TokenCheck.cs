namespace WinApi.Client.Command.Doctor;

/// <summary>Whether both sides know the same token, where one is asked for.</summary>
internal sealed class TokenCheck : LayerCheck
{
    public override string Name => "token";

    public override Task<Finding> RunAsync(Examination examination) => Task.FromResult(
        examination.AuthenticationFailure is { } failure
            ? Finding.Failed(
                "the two sides do not know each other",
                failure.Status.Detail,
                "WINAPI_TOKEN_FILE=PATH winapi doctor, with the token file that the host names in its log")
            : examination.IsSeenFromTheHostsSide ? Finding.Skipped("seen from the VM only")
            : examination.Connection.Authentication == "none"
                ? Finding.Skipped($"none is asked for on {examination.Scheme}:")
                : Finding.Ok(examination.Connection.Authentication));
}
