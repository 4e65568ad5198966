public import LDAPClient

/// A name that a directory takes in the place of a DN, with a place for the username: `{username}@corp.example.org`, `CORP\{username}`.
///
/// Active Directory takes such names (MS-ADTS 5.1.1.1.1). What they stand for is not what they look like, since a user principal name need
/// not be made of the account's name; so whoever is found afterwards must be proved to be who has bound.
public struct BindName: Sendable, Hashable, CustomStringConvertible {
    /// What ends the name or has a meaning of its own in one (MS-SAMR 3.1.1.8.4), so that no username can have it.
    private static let special: Set<Unicode.Scalar> = [
        "\"", "/", "\\", "[", "]", ":", ";", "|", "=", ",", "+", "*", "?", "<", ">", "@",
    ]

    private let before: String
    private let after: String

    /// A template.
    /// - Parameter template: A text that holds `{username}` exactly once, and more.
    /// - Throws: ``LDAPError/Code/invalidArgument`` where it does not.
    public init(_ template: String) throws(LDAPError) {
        let parts = template.split(separator: DNTemplate.placeholder, maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].hasSuffix("\\") || parts[1].hasPrefix("@"), template.count > 11 else {
            throw LDAPError(
                .invalidArgument, operation: "read the bind name '\(template)'",
                reason: "it must hold {username} once, before an @ or behind a backslash",
                remedy: "write it like {username}@corp.example.org; for DNs there is dn_template")
        }
        before = String(parts[0])
        after = String(parts[1])
    }

    /// The name for a username; `nil` for one that would make it another name.
    public func name(for username: String) -> String? {
        // Scalar by scalar: what ends the name ends it with a combining mark behind it as well.
        let isPlain =
            !username.isEmpty
            && !username.unicodeScalars.contains {
                Self.special.contains($0) || $0.properties.generalCategory == .control
                    || $0.properties.isWhitespace && $0 != " "
            }
        return isPlain ? before + username + after : nil
    }

    public var description: String { before + DNTemplate.placeholder + after }
}
