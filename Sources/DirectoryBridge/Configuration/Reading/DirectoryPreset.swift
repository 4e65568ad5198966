import LDAPBackend

/// What is known about a kind of directory: what counts where the configuration says nothing.
enum DirectoryPreset: String, CaseIterable {
    case openldap
    case activeDirectory = "active-directory"
    case directoryServer389 = "389ds"

    /// The attribute that identifies an entry for ever (RFC 4530; MS-ADA3 2.44; 389 Directory Server's own).
    var idAttribute: String {
        switch self {
        case .openldap: "entryUUID"
        case .activeDirectory: "objectGUID"
        case .directoryServer389: "nsUniqueId"
        }
    }

    /// The attribute that holds the username.
    var usernameAttribute: String {
        switch self {
        case .openldap, .directoryServer389: "uid"
        case .activeDirectory: "sAMAccountName"
        }
    }

    /// The filter that finds somebody by the name they log in with.
    ///
    /// - Parameter username: The attribute that holds the username.
    func filter(username: String) -> String {
        switch self {
        case .openldap, .directoryServer389: "(\(username)={username})"
        // Computers are users too in Active Directory.
        case .activeDirectory:
            "(&(sAMAccountType=805306368)(|(\(username)={username})(userPrincipalName={login})))"
        }
    }

    /// How groups name their members.
    var groupType: GroupType {
        switch self {
        case .openldap, .directoryServer389: .groupOfNames
        case .activeDirectory: .activeDirectory
        }
    }
}
