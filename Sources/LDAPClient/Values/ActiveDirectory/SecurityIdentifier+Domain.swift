extension SecurityIdentifier {
    /// The last number, which tells the account from others of its domain.
    public var relativeIdentifier: UInt32 {
        subAuthorities[subAuthorities.count - 1]
    }

    /// The identifier of the domain, `S-1-5-21-a-b-c`, if this is that of an account in one (MS-DTYP 2.4.2.4).
    ///
    /// `nil` for others, such as `S-1-5-32-544`, the administrators of whatever machine it is.
    public var domain: SecurityIdentifier? {
        guard authority == 5, subAuthorities.count == 5, subAuthorities[0] == 21 else { return nil }
        return SecurityIdentifier(authority: authority, subAuthorities: subAuthorities.dropLast())
    }

    /// The identifier of another account or group of the same domain; `nil` if this is not the identifier of an account in one.
    public func sibling(relativeIdentifier: UInt32) -> SecurityIdentifier? {
        domain.flatMap {
            SecurityIdentifier(authority: authority, subAuthorities: $0.subAuthorities + [relativeIdentifier])
        }
    }

    /// The identifier of the primary group of this account, which is in no `memberOf`, and whose `member` does not list the account.
    ///
    /// - Parameter primaryGroupID: The account's attribute of that name, 513 (Domain Users) for nearly everybody.
    /// - Returns: `nil` if that is no number of 32 bits, or this is not the identifier of an account in a domain.
    public func primaryGroup(_ primaryGroupID: LDAPValue) -> SecurityIdentifier? {
        DecimalNumber.readBits(primaryGroupID.bytes).flatMap(sibling(relativeIdentifier:))
    }
}
