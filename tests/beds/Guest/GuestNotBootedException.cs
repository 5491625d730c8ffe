namespace WinApi.Beds.Tests.Guest;

/// <summary>The emulated machine stood still, or gave up, before anything under test began.</summary>
internal sealed class GuestNotBootedException(string message) : Exception(message);
