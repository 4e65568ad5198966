public import AuthCore
public import Foundation

/// Refuses passwords that everybody tries first.
///
/// The list that comes with it is made by rules, see ``builtInPasswords``, where Django's own has 20,000 passwords that were seen in leaks.
/// Of the first hundred of those it knows 82, of the first thousand 432, of all of them an eighth. Where that matters, give it a file with
/// leaked ones.
public struct CommonPasswordValidator: PasswordValidator {
    private let passwords: Set<String>

    /// A validator with the list that comes with it.
    public init() {
        passwords = Self.builtInPasswords
    }

    /// A validator with a list of the site's own.
    /// - Parameter passwords: The passwords. Upper and lower case and spaces around them do not matter.
    public init(passwords: some Sequence<String>) {
        self.passwords = Set(passwords.map(Self.folded))
    }

    /// A validator with a list of the site's own and the one that comes with it.
    /// - Parameter file: UTF-8, one password a line, not compressed. Upper and lower case and spaces around them do not matter.
    /// - Throws: Foundation's error if the file cannot be read.
    public init(contentsOf file: URL) throws {
        let text = try String(contentsOf: file, encoding: .utf8)
        // A byte order mark belongs to the file.
        let lines = text.trimmingPrefix("\u{FEFF}").split(whereSeparator: \.isNewline).map { Self.folded(String($0)) }
        passwords = Self.builtInPasswords.union(lines.filter { !$0.isEmpty })
    }

    public var helpText: String { "Do not use a password that many people use." }

    public func flaw(in password: Secret, of user: User?) -> PasswordFlaw? {
        guard passwords.contains(Self.folded(password.text)) else { return nil }
        return PasswordFlaw(.tooCommon, "Many people use this password, so it is tried first.")
    }

    /// Lower case, without white space around it, as Django compares.
    private static func folded(_ text: String) -> String {
        let scalars = text.lowercased().unicodeScalars
        let rest = scalars.drop(while: \.properties.isWhitespace)
        guard let last = rest.lastIndex(where: { !$0.properties.isWhitespace }) else { return "" }
        return String(rest[...last])
    }
}
