public import LDAPClient

/// What is known about a kind of directory: what counts where the configuration says nothing.
public enum DirectoryPreset: String, Sendable, Hashable, CaseIterable {
    /// OpenLDAP with the schema of RFC 2798 and RFC 4519.
    case openldap
    /// Active Directory, and Samba as a domain controller.
    case activeDirectory = "active-directory"
    /// 389 Directory Server, Red Hat Directory Server.
    case directoryServer389 = "389ds"
    /// FreeIPA, Red Hat Identity Management.
    case freeipa

    /// The preset for a maker's directory; `nil` where none is made for it.
    public init?(_ vendor: DirectoryVendor) {
        switch vendor {
        case .openLDAP: self = .openldap
        case .activeDirectory, .samba: self = .activeDirectory
        case .ds389: self = .directoryServer389
        case .freeIPA: self = .freeipa
        case .unknown: return nil
        }
    }

    /// The attribute that identifies an entry for ever (RFC 4530; MS-ADA3 2.44; 389 Directory Server's and FreeIPA's own).
    public var idAttribute: String {
        switch self {
        case .openldap: "entryUUID"
        case .activeDirectory: "objectGUID"
        case .directoryServer389: "nsUniqueId"
        case .freeipa: "ipaUniqueID"
        }
    }

    /// The attribute that holds the username.
    public var usernameAttribute: String {
        switch self {
        case .openldap, .directoryServer389, .freeipa: "uid"
        case .activeDirectory: "sAMAccountName"
        }
    }

    /// The filter that finds somebody by the name they log in with, as ``FilterTemplate`` reads it.
    ///
    /// - Parameter username: The attribute that holds the username.
    public func filter(username: String) -> String {
        switch self {
        case .openldap, .directoryServer389: "(\(username)={username})"
        // Computers are users too in Active Directory.
        case .activeDirectory:
            "(&(sAMAccountType=805306368)(|(\(username)={username})(userPrincipalName={login})))"
        // cn=compat shows everybody a second time, as an entry that is nobody's.
        case .freeipa: "(&(objectClass=ipaObject)(\(username)={username}))"
        }
    }

    /// How groups name their members.
    public var groupType: GroupType {
        switch self {
        case .openldap, .directoryServer389: .groupOfNames
        case .activeDirectory: .activeDirectory
        // Roles, privileges and permissions are groups of names too.
        case .freeipa: .freeIPA
        }
    }

    /// How a person's groups are found.
    public var strategy: MembershipStrategy {
        switch self {
        case .openldap, .directoryServer389, .freeipa: .search
        // Every entry of Active Directory lists its groups to whoever may read it, and with thousands of groups that takes a fraction of
        // the time of a search for their members.
        case .activeDirectory: .memberOf(attribute: "memberOf")
        }
    }
}
