public import AuthCore
import LocalBackend

extension Bridge {
    /// Refuses an account that has no use for the break-glass mark, before anybody is asked for a password.
    /// - Throws: ``AdministrationError`` if the account is not linked to a directory, or if nobody may come in to it at all.
    public func requireLinked(_ record: AccountRecord) throws {
        if record.link != nil {
            if record.user.isActive { return }
            let reason =
                record.deactivation.map { ", since '\($0.source)' deactivated it (\($0.reason.rawValue))" } ?? ""
            throw AdministrationError(
                .notActive,
                "'\(record.user.username)' is not active\(reason), so no password would let anybody in; first: dirbridge user activate \(record.user.username)"
            )
        }
        let name = record.user.username
        throw AdministrationError(
            .notLinked,
            record.password.isUsable
                ? "'\(name)' is a local account; its local password is accepted anyway."
                : "'\(name)' is not linked to a directory; to give it a password: dirbridge user set-password \(name)")
    }

    /// Lets somebody in with a local password although the account is linked to a directory: for the day on which the directory is away.
    ///
    /// At most one backend ever sees a password. So the directory is not asked for this account any more, and its password there lets
    /// nobody in, until the mark is taken away. What the directory says of groups, permissions and flags goes on to be mirrored.
    /// - Parameters:
    ///   - record: An account that is linked to a directory.
    ///   - password: Its local password from now on, as in ``createUser(_:password:fields:isStaff:isSuperuser:isValidated:cause:)``.
    ///   - isValidated: Whether the password must satisfy ``passwordPolicy``. Default: `true`.
    ///   - cause: Who wants this.
    /// - Throws: ``AdministrationError``, or what the store throws.
    public func breakGlass(
        _ record: AccountRecord, password: Secret, isValidated: Bool = true, cause: ChangeCause
    ) async throws {
        try requireLinked(record)
        let encoded = try await encoded(password, of: record.user, isValidated: isValidated)
        try await change(record.user, [.setBreakGlass(true), .setPassword(encoded)], cause)
        await passwordPolicy.passwordChanged(password, of: record.user)
    }

    /// Takes the break-glass mark away and makes the local password unusable, so that the directory decides again.
    /// - Returns: Whether there was a mark. Without one, nothing is changed.
    /// - Throws: What the store throws.
    public func endBreakGlass(_ record: AccountRecord, cause: ChangeCause) async throws -> Bool {
        guard record.isBreakGlass else { return false }
        var changes: [AccountChange] = [.setBreakGlass(false)]
        if record.password.isUsable { changes.append(.setPassword(.unusable())) }
        return try await change(record.user, changes, cause)
    }
}
