/// How directories record in an entry whether its person may log in.
public enum AccountStateDialect: String, Sendable, Hashable, CaseIterable {
    /// OpenLDAP's password policy (slapo-ppolicy(5), draft-behera-ldap-password-policy-10 section 5.3).
    case openLDAP = "openldap"
    /// Active Directory, AD LDS and Samba (MS-ADTS 3.1.1.4.5 and 3.1.1.8).
    case activeDirectory = "active-directory"
    /// 389 Directory Server and its relatives.
    case directoryServer389 = "389ds"
    /// FreeIPA: the Kerberos principal beside what 389 Directory Server has.
    case freeIPA = "freeipa"
    /// `shadowAccount` (RFC 2307, shadow(5)), in which whoever asks the directory is to judge for themselves.
    case shadow
}

/// Which records of a directory decide whether a person may log in, and from when on something is worth a word.
public struct AccountStatePolicy: Sendable, Hashable {
    /// Whose words are listened to.
    public enum Dialects: Sendable, Hashable {
        /// Those of every directory: an entry has only the attributes of its own. The age of a password by the shadow attributes counts
        /// only where no other attribute tells it, since directories do not keep the shadow attributes up to date themselves, and an account
        /// whose `shadowExpire` is 0 has no end.
        case auto
        /// Those of these. With none, only the answer to the bind counts.
        case only(Set<AccountStateDialect>)
    }

    /// Whose words are listened to. Default: ``Dialects/auto``.
    public var dialects: Dialects
    /// How long wrong passwords lock an account in OpenLDAP (`pwdLockoutDuration`); zero for until an administrator unlocks it. Entries do
    /// not tell. Default: `nil`, which leaves it to the directory, which looks at it at every bind.
    public var lockoutDuration: Duration?
    /// How long before a password or an account expires a login warns of it. Default: 14 days.
    public var warningPeriod: Duration

    /// A policy.
    public init(
        dialects: Dialects = .auto, lockoutDuration: Duration? = nil, warningPeriod: Duration = .seconds(14 * 86_400)
    ) {
        self.dialects = dialects
        self.lockoutDuration = lockoutDuration
        self.warningPeriod = warningPeriod
    }

    /// Whether a dialect is listened to.
    func speaks(_ dialect: AccountStateDialect) -> Bool {
        switch dialects {
        case .auto: true
        case .only(let chosen): chosen.contains(dialect)
        }
    }

    /// The attributes to ask for by name, each once: most are operational, so that a search for all attributes would not return them
    /// (RFC 4511 section 4.5.1.8).
    var attributeNames: [String] {
        var seen: Set<String> = []
        return AccountStateDialect.allCases.filter(speaks).flatMap(\.attributeNames).filter {
            seen.insert($0.lowercased()).inserted
        }
    }
}

extension AccountStateDialect {
    /// The attributes that the dialect looks at.
    var attributeNames: [String] {
        switch self {
        case .openLDAP:
            [
                "pwdAccountLockedTime", "pwdAccountTmpLockoutEnd", "pwdStartTime", "pwdEndTime", "pwdReset",
                "pwdChangedTime",
            ]
        case .activeDirectory:
            [
                "userAccountControl", "msDS-User-Account-Control-Computed", "msDS-UserAccountDisabled",
                "ms-DS-UserAccountAutoLocked", "msDS-UserPasswordExpired", "msDS-UserPasswordExpiryTimeComputed",
                "accountExpires", "lockoutTime", "pwdLastSet",
            ]
        case .directoryServer389:
            ["nsAccountLock", "passwordExpirationTime", "accountUnlockTime", "passwordRetryCount"]
        case .freeIPA:
            ["nsAccountLock", "krbPrincipalExpiration", "krbPasswordExpiration", "krbLoginFailedCount"]
        case .shadow:
            ["shadowExpire", "shadowLastChange", "shadowMax", "shadowWarning"]
        }
    }

    /// The attributes that tell how old a password is better than those of ``shadow`` do.
    static let keptPasswordAges = ["pwdChangedTime", "pwdLastSet", "passwordExpirationTime", "krbPasswordExpiration"]
}
