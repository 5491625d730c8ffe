namespace WinApi.Transport.HyperV;

/// <summary>
/// Says whether a client may call a method. It is asked once for each connection and method, when the first such call comes,
/// on the thread that reads the connection: it must not wait for anything long. Many connections ask at the same time. Where it
/// throws, the call is denied, and the next call asks again.
/// </summary>
/// <param name="method">The full name: <c>/package.Service/Method</c>.</param>
/// <param name="client">Who calls.</param>
public delegate Authorization MethodAuthorizer(string method, ClientIdentity client);
