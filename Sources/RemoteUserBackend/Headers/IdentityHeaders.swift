/// The names of the headers in which a portal says who somebody is.
public struct IdentityHeaders: Sendable, Hashable {
    /// The header with the user's name.
    public let user: String
    /// The header with the person's full name; `nil` where the portal sends none.
    public let name: String?
    /// The header with the person's e-mail address; `nil` where the portal sends none.
    public let email: String?
    /// The header with the names of the person's groups; `nil` where the portal sends none.
    public let groups: String?
    /// What stands between the names of groups. Default: a comma.
    public let groupSeparator: UInt8
    /// All that the portal sends, by their names in small letters.
    let known: [String: String]

    /// `Remote-User`, `Remote-Name`, `Remote-Email` and `Remote-Groups`, as Authelia and others send them.
    public static let remote = IdentityHeaders(
        unchecked: "Remote-User", "Remote-Name", "Remote-Email", "Remote-Groups", ",")
    /// Those of oauth2-proxy.
    public static let oauth2Proxy = IdentityHeaders(
        unchecked: "X-Auth-Request-User", "X-Auth-Request-Preferred-Username", "X-Auth-Request-Email",
        "X-Auth-Request-Groups", ",")
    /// Those of authentik, which puts vertical bars between groups.
    public static let authentik = IdentityHeaders(
        unchecked: "X-authentik-username", "X-authentik-name", "X-authentik-email", "X-authentik-groups", "|")

    /// Headers of other names.
    /// - Throws: ``RemoteUserConfigurationError`` where a name is none, has an underscore, or is that of two headers.
    public init(
        user: String, name: String? = nil, email: String? = nil, groups: String? = nil,
        groupSeparator: Unicode.Scalar = ","
    ) throws(RemoteUserConfigurationError) {
        self.init(unchecked: user, name, email, groups, groupSeparator)
        let all = [user] + [name, email, groups].compactMap(\.self)
        for name in all where name.isEmpty || HeaderField.lookalike(name) != HeaderField.lowercased(name) {
            throw RemoteUserConfigurationError(
                .headerName,
                "'\(name)' cannot be the name of a trusted header: it takes letters and digits with single hyphens between."
            )
        }
        if known.count != all.count {
            throw RemoteUserConfigurationError(.headerName, "Two of the trusted headers have the same name.")
        }
        if !groupSeparator.isASCII || groupSeparator.properties.isAlphabetic {
            throw RemoteUserConfigurationError(
                .headerName, "Groups are separated by an ASCII character that is no letter.")
        }
    }

    private init(
        unchecked user: String, _ name: String?, _ email: String?, _ groups: String?, _ separator: Unicode.Scalar
    ) {
        self.user = user
        self.name = name
        self.email = email
        self.groups = groups
        groupSeparator = UInt8(truncatingIfNeeded: separator.value)
        let all = [user] + [name, email, groups].compactMap(\.self)
        known = Dictionary(all.map { (HeaderField.lowercased($0), $0) }) { first, _ in first }
    }

    /// How names begin in which portals say who somebody is, whether this one does or not. An application behind a trusted portal has no
    /// use for them, and one that reads them would believe anybody.
    static let prefixes = [
        "remote-", "x-remote-", "x-auth-request-", "x-authentik-", "x-webauth-", "x-forwarded-user",
        "x-forwarded-email", "x-forwarded-groups", "x-forwarded-preferred-username", "x-authenticated-user",
    ]

    /// Whether some software could take a field of this name for one that says who somebody is.
    func speak(in field: HeaderField) -> Bool {
        let name = field.lookalikeName
        return known[name] != nil || Self.prefixes.contains { name.hasPrefix($0) }
    }
}
