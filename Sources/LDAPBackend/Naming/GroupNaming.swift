import AuthCore
import LDAPClient

/// How the local mirrors of groups are called. Logins and syncs name groups by this one function, so that they cannot disagree.
///
/// What the table says goes before all else and is taken as it stands. Any other name is rewritten, brought into one case and prefixed, in that
/// order. Rules go on speaking of groups by the directory's names.
///
/// Two groups that come to one local name: the one whose mirror has it keeps it, and where neither has, neither gets it, and it is said. A
/// login knows the person's own groups only; the next sync sees the others.
public struct GroupNaming: Sendable, Hashable {
    /// What happens to capital letters.
    public enum LetterCase: String, Sendable, Hashable, CaseIterable {
        /// They stay.
        case keep
        /// They become small ones, as Unicode says whatever the language.
        case lower
    }

    /// Local names by DN or name. DNs are compared as such, names without regard to case and Unicode form; an entry for the DN goes first.
    public let table: [String: String]
    /// What is replaced in the name; `nil` for nothing.
    public let rewrite: GroupNameRewrite?
    /// What happens to capital letters.
    public let letterCase: LetterCase
    /// What comes before the name.
    public let prefix: String

    private let byDN: [DistinguishedName: String]
    private let byName: [String: String]

    /// A way to name groups; the defaults leave names as they are.
    public init(
        table: [String: String] = [:], rewrite: GroupNameRewrite? = nil, letterCase: LetterCase = .keep,
        prefix: String = ""
    ) {
        self.table = table
        self.rewrite = rewrite
        self.letterCase = letterCase
        self.prefix = prefix
        var byDN: [DistinguishedName: String] = [:]
        var byName: [String: String] = [:]
        // Of two keys that mean the same, the last in order counts, so that the choice is always the same.
        for (key, name) in table.sorted(by: { $0.key < $1.key }) {
            if let dn = try? DistinguishedName(key), !dn.relativeNames.isEmpty { byDN[dn] = name }
            byName[LoginName.fold(key)] = name
        }
        self.byDN = byDN
        self.byName = byName
    }

    /// The name of a group's mirror.
    /// - Parameters:
    ///   - name: The group's name in the directory.
    ///   - dn: Its DN, if it has one.
    public func localName(_ name: String, dn: String?) -> String {
        if !byDN.isEmpty, let dn, let parsed = try? DistinguishedName(dn), let named = byDN[parsed] { return named }
        if !byName.isEmpty, let named = byName[LoginName.fold(name)] { return named }
        // A name that cannot be read stays unread.
        if name.isEmpty { return name }
        let rewritten = rewrite?.apply(to: name) ?? name
        switch letterCase {
        case .keep: return prefix + rewritten
        case .lower: return prefix + rewritten.lowercased()
        }
    }
}
