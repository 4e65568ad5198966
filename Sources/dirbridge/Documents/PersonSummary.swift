import AuthCore
import DirectoryBridge
import LDAPBackend

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
    /// What was made of the person's entry, and of what; empty for somebody who is only here.
    let attributes: [DerivedAttribute]
    /// What was changed, or would be.
    let changes: ChangeText

    /// What `report` says about the person; `nil` if nobody was authenticated.
    /// - Parameter isApplied: Whether the report's changes were made, or only would be.
    init?(_ report: AuthenticationReport, _ bridge: Bridge, isApplied: Bool) async throws {
        guard let user = report.outcome.user else { return nil }
        let store = bridge.store
        let isStored = user.id != .unsaved
        var profile = isStored ? try await store.profile(of: user.id) : [:]
        for (key, value) in report.external?.profile ?? [:] { profile[key] = value }
        let stored = isStored ? try await store.account(id: user.id) : nil
        let link = report.external?.link ?? stored?.link
        let configuration = bridge.configuration
        self.user = UserDocument(user: user, link: link, profile: configuration.shown(profile, from: link?.source))
        let directory = bridge.directories.first { $0.name == report.external?.link.source }
        // Whoever let somebody in knows what it is.
        let backend = try await directory?.configuration()
        attributes =
            if let external = report.external, let backend { DerivedAttribute.all(of: external, backend) } else { [] }

        var groups = isStored ? try await store.groups(of: user.id) : []
        var origins = isStored ? try await store.permissions(of: user.id) : [:]
        let names = Dictionary(groups.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
        changes = ChangeText(
            changes: report.changes,
            shown: { key, value in configuration.shown([key: value], from: link?.source)[key] ?? value }, groups: names)
        if !isApplied {
            for change in report.changes { try await Self.foresee(change, &groups, &origins, store) }
        }
        let external = report.external?.groups ?? []
        let named = Set(external.map(\.name))
        self.groups =
            (external.map {
                Group(name: $0.name.isEmpty ? $0.dn ?? $0.id : $0.name, dn: $0.dn, via: $0.path.description)
            }
            + groups.filter { !named.contains($0.name) }.map { group in
                Group(name: group.name, dn: group.link?.dn, via: group.link.map { "from \($0.source)" } ?? "local")
            }).sorted { $0.name < $1.name }
        self.permissions = origins.filter { !$0.value.isEmpty }.mapValues { $0.map(\.description) }
    }

    /// What a change that was not made would make of groups and permissions.
    private static func foresee(
        _ change: AccountChange, _ groups: inout [AuthCore.Group], _ origins: inout [Permission: [PermissionOrigin]],
        _ store: any AccountStore
    ) async throws {
        switch change {
        case .grant(let permission, let origin, let rule):
            origins[permission, default: []].append(.direct(source: origin, rule: rule))
        case .revoke(let permission, let origin):
            origins[permission]?.removeAll { if case .direct(origin, _) = $0 { true } else { false } }
        case .addMembership(let group, let source):
            for permission in try await store.permissions(ofGroups: [group])[group] ?? [] {
                origins[permission, default: []].append(.group(group, source: source))
            }
        case .removeMembership(let id, _):
            guard let index = groups.firstIndex(where: { $0.id == id }) else { return }
            let group = groups.remove(at: index)
            for permission in origins.keys {
                origins[permission]?.removeAll { if case .group(group.name, _) = $0 { true } else { false } }
            }
        default: break
        }
    }
}
