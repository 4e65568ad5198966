import AuthCore
import DirectoryBridge

/// The result of `permission check`.
struct PermissionCheckDocument: Encodable {
    let username: String
    let permission: Permission
    let isGranted: Bool
    let grounds: [GroundDocument]

    private enum CodingKeys: String, CodingKey {
        case username, permission, grounds
        case isGranted = "granted"
    }

    /// The same for people.
    var text: String {
        "\(Output.safe(username)) \(isGranted ? "has" : "does not have") \(permission):\n"
            + grounds.map { "  " + Output.safe($0.text) }.joined(separator: "\n")
    }
}

/// One ground of a decision about a permission.
struct GroundDocument: Encodable {
    /// `inactive`, `superuser`, `denied`, `nobody`, `given`, `rule` or `group`.
    var kind: String
    /// The source of permissions that says so.
    var backend: String?
    /// The directory that gave it.
    var source: String?
    var rule: String?
    var group: String?
    var groupDN: String?
    /// How the directory says that the person is in the group now.
    var via: String?
    var text: String

    private enum Key: String, CodingKey {
        case kind, backend, source, rule, group, via, text
        case groupDN = "group_dn"
    }

    init(_ explained: PermissionExplanation.Ground) {
        kind = explained.ground.kind
        text = explained.ground.description
        switch explained.ground {
        case .granted(let backend, let origin):
            (self.backend, source) = (backend, origin.source)
            if case .direct(_, let rule) = origin { self.rule = rule }
            if case .group(let name, _) = origin { (group, groupDN) = (name, explained.groupDN) }
        case .denied(let backend): self.backend = backend
        default: break
        }
        guard let word = explained.directory, let source else { return }
        text += "; " + word.words(of: source, isRule: rule != nil)
        if case .confirmed(let groups) = word, let first = groups.first {
            // Of a rule that looks at several groups, the first that the person is in.
            (group, groupDN, via) = (group ?? first.name, first.dn, first.path.description)
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(kind, forKey: .kind)
        try container.encode(backend, forKey: .backend)
        try container.encode(source, forKey: .source)
        try container.encode(rule, forKey: .rule)
        try container.encode(group, forKey: .group)
        try container.encode(groupDN, forKey: .groupDN)
        try container.encode(via, forKey: .via)
        try container.encode(text, forKey: .text)
    }
}

extension PermissionDecision.Ground {
    fileprivate var kind: String {
        switch self {
        case .inactive: "inactive"
        case .superuser: "superuser"
        case .granted(_, .group): "group"
        case .granted(_, .direct(nil, _)): "given"
        case .granted(_, .direct): "rule"
        case .denied: "denied"
        case .nobodyGrants: "nobody"
        }
    }
}

extension PermissionExplanation.DirectoryWord {
    /// What the directory says, in words.
    /// - Parameter isRule: Whether it is about a rule, and not about a place in a group.
    fileprivate func words(of source: String, isRule: Bool) -> String {
        switch self {
        case .confirmed(let groups) where groups.isEmpty: "'\(source)' says that the rule holds now"
        case .confirmed(let groups):
            "'\(source)' has them now in "
                + groups.map { "'\($0.name)' (\($0.path))" }.joined(separator: ", ")
        case .withdrawn where isRule: "the rule no longer holds, by what '\(source)' says now"
        case .withdrawn: "'\(source)' no longer lists them there"
        case .ruleGone: "the configuration no longer has the rule"
        case .personGone: "'\(source)' no longer lists the person"
        case .unavailable(let reason): "'\(source)' cannot be asked how that is now: \(reason)"
        }
    }
}
