import AuthCore
import DirectoryBridge

/// Somebody who was authenticated, with what follows from it: groups and permissions, as they are or as they would be.
struct PersonSummary {
    /// A group and how it was reached.
    struct Group {
        let name: String
        let dn: String?
        let via: String
    }

    let user: UserDocument
    let groups: [Group]
    /// Each permission with its grounds in words.
    let permissions: [Permission: [String]]

    /// What `report` says about the person; `nil` if nobody was authenticated.
    init?(_ report: AuthenticationReport, _ bridge: Bridge) async throws {
        guard let user = report.outcome.user else { return nil }
        let isStored = user.id != .unsaved
        var profile = isStored ? try await bridge.store.profile(of: user.id) : [:]
        for (key, value) in report.external?.profile ?? [:] { profile[key] = value }
        let stored = isStored ? try await bridge.store.account(id: user.id) : nil
        self.user = UserDocument(user: user, link: report.external?.link ?? stored?.link, profile: profile)

        var groups: [Group] = []
        if let external = report.external {
            groups = external.groups.map { Group(name: $0.name, dn: $0.dn, via: $0.path.description) }
        }
        let local = isStored ? try await bridge.store.groups(of: user.id) : []
        let named = Set(groups.map(\.name))
        groups += local.filter { !named.contains($0.name) }.map { Group(name: $0.name, dn: $0.link?.dn, via: "local") }
        self.groups = groups.sorted { $0.name < $1.name }
        self.permissions = try await Self.permissions(of: user, report, bridge)
    }

    private static func permissions(
        of user: User, _ report: AuthenticationReport, _ bridge: Bridge
    ) async throws -> [Permission: [String]] {
        var grounds: [Permission: [String]] = [:]
        if user.id != .unsaved {
            for (permission, origins) in try await bridge.store.permissions(of: user.id) {
                grounds[permission] = origins.map(\.words)
            }
        }
        // What the plan would still change: nothing after a login, everything in a bind test of somebody new.
        for change in report.changes {
            switch change {
            case .grant(let permission, let origin, let rule) where grounds[permission] == nil:
                grounds[permission] = [PermissionOrigin.direct(source: origin, rule: rule).words]
            case .revoke(let permission, _):
                grounds[permission]?.removeAll { $0.hasPrefix("by the rule") }
                if grounds[permission]?.isEmpty == true { grounds[permission] = nil }
            case .addMembership(let group, _):
                for permission in try await bridge.store.permissions(ofGroups: [group])[group] ?? []
                where grounds[permission]?.contains(PermissionOrigin.group(group).words) != true {
                    grounds[permission, default: []].append(PermissionOrigin.group(group).words)
                }
            default: break
            }
        }
        return grounds
    }
}

extension PermissionOrigin {
    /// How the permission was come by, in words.
    var words: String {
        switch self {
        case .direct(nil, _): "given here"
        case .direct(let source?, let rule): "by the rule of \(source): \(rule ?? "unknown")"
        case .group(let name): "through the group \(name)"
        }
    }
}
