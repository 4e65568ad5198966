/// The isolation of everything that touches a connection: one actor on ``LDAPExecutor/shared``.
///
/// libldap's handles, the pools around them and the sockets below them belong together, so they share one isolation and
/// call each other without a suspension in between.
@globalActor
public actor LDAPActor {
    /// The one instance.
    public static let shared = LDAPActor()

    /// ``LDAPExecutor/shared``.
    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        LDAPExecutor.shared.asUnownedSerialExecutor()
    }

    /// Calls isolated code from a callback that the executor's own loop made. Traps anywhere else.
    nonisolated static func assumeIsolated<Result>(_ body: @LDAPActor () throws -> Result) rethrows -> Result {
        LDAPExecutor.shared.checkIsolated()
        // The standard library offers this for the main actor only and does it the same way: the isolation is no part
        // of the function's representation, and the line above has checked that it holds.
        return try withoutActuallyEscaping(body) { body in
            try unsafeBitCast(body, to: (() throws -> Result).self)()
        }
    }
}
