import AuthCore
import LDAPBackend
import TestSupport
import Testing

/// One row of the table of logins: somebody offers the right password and then a wrong one, in every directory.
struct LoginRow: Sendable, CustomTestStringConvertible {
    /// What the row is about.
    let claim: String
    /// Whose row it is: a login of the small company. Nobody is in two rows, since directories count wrong passwords.
    let person: String
    /// What is typed as the name, if that is not the login itself.
    var typed: String?
    /// How groups name their members where that is not as usual.
    var groupType: GroupType?
    /// What follows from the right password.
    let right: InEach<Answer>
    /// What follows from a wrong one.
    var wrong = InEach<Answer>(.rejected(.wrongPassword))

    var testDescription: String { claim }

    /// An outcome of the chain, with what becomes of the accounts here.
    enum Answer: Sendable, Hashable {
        /// They are in: there is one account, which has the directory's username and an unusable password and is in the mirrors of these
        /// groups, to which they came in these ways.
        case enters(username: String, groups: [String: MembershipPath])
        /// They are not, and there is no account.
        case rejected(RejectionReason)
        case denied(DenialReason)
    }
}

/// A value that is the same in all directories, or where they differ one for each.
struct InEach<Value: Sendable>: Sendable {
    private let values: @Sendable (DirectoryKind) -> Value

    init(_ value: Value) {
        values = { _ in value }
    }

    init(openLDAP: Value, activeDirectory: Value, directoryServer389: Value) {
        values = { kind in
            switch kind {
            case .openLDAP: openLDAP
            case .activeDirectory: activeDirectory
            case .directoryServer389: directoryServer389
            }
        }
    }

    subscript(_ kind: DirectoryKind) -> Value { values(kind) }
}
