import AuthCore

/// By what people say which of several directories they mean: `CORP\alice`, `alice@corp.example.org`.
public struct LoginRealm: Sendable, Hashable {
    /// What may stand before a backslash, such as a domain's NetBIOS name. Compared without regard to case.
    public var domains: [String]
    /// What may stand behind the last `@`, such as the suffixes of user principal names. Compared without regard to case. A name with another
    /// one is looked up as it is, since it may be an e-mail address.
    public var suffixes: [String]
    /// Whether a name without any of these is somebody else's: where several directories share names. Default: `false`.
    public var isRequired: Bool

    /// A realm.
    public init(domains: [String] = [], suffixes: [String] = [], isRequired: Bool = false) {
        self.domains = domains
        self.suffixes = suffixes
        self.isRequired = isRequired
    }

    /// The name to look up here; `nil` if it belongs to another directory.
    ///
    /// - Parameter typed: What was typed.
    func name(in typed: String) -> String? {
        if let slash = typed.firstIndex(of: "\\") {
            // What stands before a backslash always names a domain.
            let isOurs = Self.contains(typed[..<slash], domains + suffixes)
            return isOurs ? Self.usable(typed[typed.index(after: slash)...]) : nil
        }
        if let at = typed.lastIndex(of: "@"), Self.contains(typed[typed.index(after: at)...], suffixes) {
            return Self.usable(typed[..<at])
        }
        return isRequired ? nil : typed
    }

    private static func contains(_ part: Substring, _ names: [String]) -> Bool {
        let folded = LoginName.fold(String(part))
        return names.contains { LoginName.fold($0) == folded }
    }

    private static func usable(_ part: Substring) -> String? { part.isEmpty ? nil : String(part) }
}

/// A name as it is put into filters and DNs.
struct SoughtName: Sendable {
    /// What was typed, normalised as usernames are.
    let typed: String
    /// Without what says which directory is meant.
    let name: String

    /// What the placeholders of a filter stand for.
    var values: [String: String] { [UserSearch.usernamePlaceholder: name, UserSearch.loginPlaceholder: typed] }
}

extension UserSearch {
    /// The name without what says which directory is meant.
    public static let usernamePlaceholder = "username"
    /// The name as it was typed: what an e-mail address or a user principal name is compared with.
    public static let loginPlaceholder = "login"

    /// What to look for; `nil` if the name belongs to another directory.
    func sought(_ username: LoginName) -> SoughtName? {
        // OpenLDAP compares prepared texts (RFC 4518), Active Directory and 389 Directory Server take a letter that is composed of two
        // characters for another letter.
        let typed = LoginName.normalized(username.text)
        guard let realm else { return SoughtName(typed: typed, name: typed) }
        return realm.name(in: typed).map { SoughtName(typed: typed, name: $0) }
    }
}
