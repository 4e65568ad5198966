import AuthCore
import LDAPClient

/// Who has bound on a connection, in the directory's own words.
enum BoundIdentity: Sendable {
    /// The entry's DN, as Who am I? tells it (RFC 4532, RFC 4513 section 5.2.1.8).
    case entry(DistinguishedName)
    /// The security identifiers of the session, of which one is the account's: `tokenGroups` of the root DSE (MS-ADTS 3.1.1.3.2.27).
    case token([SecurityIdentifier])
    /// It does not say.
    case unknown

    /// What an entry is compared by, beside its DN.
    static let attributes = ["objectSid", "sAMAccountType"]

    /// SAM_NORMAL_USER_ACCOUNT (MS-SAMR 2.2.1.9).
    private static let userAccount = "805306368"

    /// Asks.
    /// - Throws: ``LDAPError`` where there is no answer.
    init(_ connection: LDAPConnection, deadline: ContinuousClock.Instant?) async throws(LDAPError) {
        let facts = try await connection.rootDSE(deadline: deadline)
        if facts.offersWhoAmI {
            let words = try await connection.whoAmI(deadline: deadline)
            if words.hasPrefix("dn:"), words.utf8.count > 3, let dn = try? DistinguishedName(String(words.dropFirst(3)))
            {
                self = .entry(dn)
                return
            }
        }
        guard facts.vendor.vendor == .activeDirectory || facts.vendor.vendor == .samba else {
            self = .unknown
            return
        }
        let token = try await connection.search(
            SearchRequest(
                base: try DistinguishedName(""), scope: .base, filter: .present("objectClass"),
                attributes: .named(["tokenGroups"])),
            deadline: deadline)
        let identifiers = (token.entries.first?["tokenGroups"] ?? []).compactMap { SecurityIdentifier($0.bytes) }
        self = identifiers.isEmpty ? .unknown : .token(identifiers)
    }

    /// Whether it is this entry; `nil` if that cannot be told.
    func isEntry(_ entry: LDAPEntry) -> Bool? {
        switch self {
        case .entry(let dn): (try? DistinguishedName(entry.dn)).map { $0 == dn }
        case .token(let identifiers):
            // Groups of the person are in the token too.
            entry["objectSid"].first.flatMap { SecurityIdentifier($0.bytes) }.map { identifier in
                entry.strings("sAMAccountType") == [Self.userAccount] && identifiers.contains(identifier)
            }
        case .unknown: nil
        }
    }
}
