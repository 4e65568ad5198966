public import LDAPClient

/// A distinguished name with a place for the username: `uid={username},ou=people,dc=example,dc=org`.
///
/// What is put in is escaped as RFC 4514 section 2.4 says, so it stays one value of one attribute whatever it holds.
public struct DNTemplate: Sendable, Hashable, CustomStringConvertible {
    /// Where the username goes.
    public static let placeholder = "{username}"

    private let before: String
    private let after: String

    /// A template.
    /// - Parameter template: A DN that holds `{username}` exactly once.
    /// - Throws: ``LDAPError/Code/invalidDN`` where it does not, or where the rest is no DN.
    public init(_ template: String) throws(LDAPError) {
        let parts = template.split(separator: Self.placeholder, maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            throw LDAPError(
                .invalidDN, operation: "read the DN template '\(template)'",
                reason: "it must hold {username} exactly once",
                remedy: "write it like uid={username},ou=people,dc=example,dc=org")
        }
        before = String(parts[0])
        after = String(parts[1])
        guard let depth = try? DistinguishedName(before + "x" + after).relativeNames.count,
            let probe = try? DistinguishedName(before + DistinguishedName.escape("x,y=z") + after),
            probe.relativeNames.count == depth
        else {
            throw LDAPError(
                .invalidDN, operation: "read the DN template '\(template)'",
                reason: "{username} must stand for a value in a DN",
                remedy: "write it like uid={username},ou=people,dc=example,dc=org")
        }
    }

    /// The DN for a username.
    public func dn(for username: String) -> String {
        before + DistinguishedName.escape(username) + after
    }

    public var description: String { before + Self.placeholder + after }
}
