import AuthCore

/// The names by which groups may know a person, as keys: equal where a directory takes the two for the same name without doubt.
///
/// A group's keys are those in ``ScannedGroup/members``. Somebody is in a group that has one of their keys among its members.
public struct PersonKey: Sendable, Hashable {
    /// The key of the person's DN, which nobody else has.
    public let dn: String
    /// The keys of other names: a username, the number of a primary group. Several people may have the same.
    public let names: [String]
    /// Whether these are all. Where the entry does not show all that groups may know it by, it cannot be told which groups are the person's.
    public let isComplete: Bool

    /// Keys of DNs and names are printable ASCII.
    private static let separator: Character = "\u{1F}"
    /// Stands for names that the entry does not show.
    private static let unknown = "#?"

    init(dn: String, names: [String], isComplete: Bool) {
        self.dn = dn
        self.names = names
        self.isComplete = isComplete
    }

    /// Reads keys back.
    /// - Parameter text: What ``text`` was.
    public init(_ text: String) {
        guard text.utf8.contains(0x1F) else {
            self.init(dn: text, names: [], isComplete: true)
            return
        }
        let parts = text.split(separator: Self.separator, omittingEmptySubsequences: false).map(String.init)
        let names = parts.dropFirst()
        self.init(dn: parts[0], names: names.filter { $0 != Self.unknown }, isComplete: !names.contains(Self.unknown))
    }

    /// All keys in one text: equal texts are equal keys. Where groups know people by DN alone, it is the key of the DN.
    public var text: String {
        if names.isEmpty, isComplete { return dn }
        let all = [dn] + names.sorted() + (isComplete ? [] : [Self.unknown])
        return all.joined(separator: String(Self.separator))
    }

    /// Whether a key is that of a name which is no DN.
    public static func isName(_ key: String) -> Bool {
        key.utf8.first == UInt8(ascii: "#")
    }

    /// What two keys of names have in common that some directory may take for the same: it is up to the directory whether capital letters are
    /// small ones.
    public static func looseName(_ key: String) -> String {
        LoginName.fold(key)
    }
}
