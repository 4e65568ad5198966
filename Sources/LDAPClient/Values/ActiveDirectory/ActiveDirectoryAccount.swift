/// What the attributes of an account in Active Directory say about whether it may log in.
///
/// ```swift
/// let account = ActiveDirectoryAccount(entry)
/// let refusals = account.refusals(at: now)
/// ```
public struct ActiveDirectoryAccount: Sendable, Hashable {
    /// The attributes that are looked at, to be asked for by name: a search for all attributes does not return the computed one.
    public static let attributeNames = [
        "userAccountControl", "msDS-User-Account-Control-Computed", "accountExpires", "pwdLastSet",
    ]

    /// `userAccountControl`.
    public var control: UserAccountControl?
    /// `msDS-User-Account-Control-Computed`.
    public var computedControl: UserAccountControl?
    /// `accountExpires`.
    public var expires: ActiveDirectoryTime?
    /// `pwdLastSet`.
    public var passwordLastSet: ActiveDirectoryTime?

    /// Reads the attributes of an entry. One that is missing, has several values or is malformed is `nil`.
    public init(_ entry: LDAPEntry) {
        func single(_ name: String) -> LDAPValue? {
            let values = entry[name]
            return values.count == 1 ? values[0] : nil
        }
        control = single("userAccountControl").flatMap(UserAccountControl.init)
        computedControl = single("msDS-User-Account-Control-Computed").flatMap(UserAccountControl.init)
        expires = single("accountExpires").flatMap(ActiveDirectoryTime.init)
        passwordLastSet = single("pwdLastSet").flatMap(ActiveDirectoryTime.init)
    }

    /// Everything that keeps the account from logging in, the weightiest reason first.
    ///
    /// Attributes that are missing speak for nobody and against nobody: whether the service account may read them is for the caller to
    /// check.
    /// - Parameter now: The time to compare with, in UTC.
    public func refusals(at now: DirectoryTime) -> [ActiveDirectoryRefusal] {
        var refusals: [ActiveDirectoryRefusal] = []
        if control?.contains(.accountDisable) == true { refusals.append(.accountDisabled) }
        if computedControl?.contains(.lockout) == true { refusals.append(.accountLocked) }
        if let end = expires?.time, end <= now { refusals.append(.accountExpired) }
        if mustChangePassword {
            refusals.append(.mustChangePassword)
        } else if computedControl?.contains(.passwordExpired) == true {
            refusals.append(.passwordExpired)
        }
        return refusals
    }

    /// MS-ADTS 3.1.1.4.5.17: a password that was never set counts as too old, except where passwords do not grow old.
    private var mustChangePassword: Bool {
        let exempt: UserAccountControl = [
            .dontExpirePassword, .smartcardRequired, .interdomainTrustAccount, .workstationTrustAccount,
            .serverTrustAccount,
        ]
        return passwordLastSet?.isUnset == true && (control ?? []).isDisjoint(with: exempt)
    }
}
