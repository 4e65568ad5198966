public import AuthCore

/// A group as a scan of the directory read it.
public struct ScannedGroup: Sendable, Hashable {
    /// What it is there.
    public var link: ExternalLink
    /// The key of its DN, by which other groups name it.
    public var key: String
    /// Its name, as a login would see it.
    public var name: String
    /// The name that its mirror is to have, as a login would give it.
    public var localName: String
    /// The keys of its members: DNs of people, of groups, and of entries that are neither, and other names; see ``PersonKey``. Those whose
    /// primary group it is are members too.
    public var members: [String]
    /// What was left out.
    public var warnings: [String]

    /// A group.
    public init(
        link: ExternalLink, key: String, name: String, localName: String? = nil, members: [String],
        warnings: [String] = []
    ) {
        self.link = link
        self.key = key
        self.name = name
        self.localName = localName ?? name
        self.members = members
        self.warnings = warnings
    }
}
