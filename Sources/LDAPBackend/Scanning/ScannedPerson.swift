public import AuthCore

/// A person as a scan of the directory read them: everything that decides about the account but the groups, which come from the groups' own
/// entries.
public struct ScannedPerson: Sendable, Hashable {
    /// Who they are there.
    public var link: ExternalLink
    /// The keys of their DN and other names by which groups know them: ``PersonKey/text``.
    public var key: String
    /// The name they should have locally; empty where the entry gives none that can be used. Then an account that is there keeps its name.
    public var username: String
    /// The values of the mapped fields, as in ``ExternalAccount/fields``.
    public var fields: [UserField: String]
    /// The values of the mapped profile attributes, as in ``ExternalAccount/profile``.
    public var profile: [String: String?]
    /// Why they get no account, as in ``ExternalAccount/creationObstacle``.
    public var creationObstacle: String?
    /// Which conditions of rules their own entry meets: places in a list that the configuration determines, in rising order.
    public var heldConditions: [Int]
    /// Whether the person may have an account, as far as their own entry says: not if it is disabled or over there.
    public var standing: ScannedDecision.Access

    /// A person.
    public init(
        link: ExternalLink, key: String, username: String, fields: [UserField: String] = [:],
        profile: [String: String?] = [:], creationObstacle: String? = nil, heldConditions: [Int] = [],
        standing: ScannedDecision.Access = .allowed
    ) {
        self.link = link
        self.key = key
        self.username = username
        self.fields = fields
        self.profile = profile
        self.creationObstacle = creationObstacle
        self.heldConditions = heldConditions
        self.standing = standing
    }
}

extension ScannedPerson {
    /// The person whom an account without groups describes.
    init(_ account: ExternalAccount, key: String, _ heldConditions: [Int], _ standing: ScannedDecision.Access) {
        self.init(
            link: account.link, key: key, username: account.username, fields: account.fields, profile: account.profile,
            creationObstacle: account.creationObstacle, heldConditions: heldConditions, standing: standing)
    }
}
