import AuthCore
import LDAPClient

/// One change of one password, as it is sent.
struct PasswordWrite: Sendable {
    /// Whose.
    let dn: String
    let dialect: PasswordDialect
    /// The present password, which the server compares; `nil` resets it.
    let oldPassword: Secret?
    let newPassword: Secret
    /// Whether a reset by Active Directory is followed by a change at the next login.
    var demandsChange = false

    /// Whether the person or the service account sends it.
    enum Sender: Sendable {
        case person
        case serviceAccount
    }

    /// Sends it, once.
    @LDAPActor
    func send(
        as sender: Sender, on connection: ConfidentialConnection, deadline: ContinuousClock.Instant?
    ) async throws(LDAPError) {
        switch dialect {
        case .passwordModify:
            _ = try await connection.modifyPassword(
                of: sender == .person ? nil : dn, oldPassword: oldPassword?.bytes, newPassword: newPassword.bytes,
                deadline: deadline)
        case .unicodePassword(let hints):
            var changes: [Modification]
            if let oldPassword {
                changes = [
                    Modification(.delete, "unicodePwd", [try value(oldPassword)]),
                    Modification(.add, "unicodePwd", [try value(newPassword)]),
                ]
            } else {
                changes = [Modification(.replace, "unicodePwd", [try value(newPassword)])]
            }
            if demandsChange { changes.append(.replace("pwdLastSet", ["0"])) }
            let controls = oldPassword == nil ? [hints].compactMap(\.self) : []
            try await connection.modify(DistinguishedName(dn), changes, controls: controls, deadline: deadline)
        }
    }

    private func value(_ password: Secret) throws(LDAPError) -> LDAPValue {
        if let value = UnicodePassword.value(password) { return value }
        throw LDAPError(
            .invalidArgument, step: .write, operation: "write the password of \(dn) as Unicode",
            reason: "it is not valid UTF-8", remedy: "choose another one")
    }
}
