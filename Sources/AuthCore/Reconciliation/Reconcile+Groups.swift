extension ReconciliationPass {
    /// Mirrors the groups that the policy names and the person's place in them. What somebody put in here stays.
    mutating func settleGroups() {
        let wanted = external.groups.filter { policy.groups.includes($0.name) }
        let mirrors = wanted.allSatisfy(hasMirror) ? nil : settleMirrors(of: wanted)

        let memberships = Set(account?.memberships.map(\.group) ?? [])
        var kept: Set<Group.ID> = []
        var missing: [String] = []
        for group in wanted {
            guard let mirror = mirrors.map({ $0[group.id] }) ?? existingMirror(of: group) else { continue }
            if let id = mirror.id {
                kept.insert(id)
                if memberships.contains(id) { continue }
            }
            missing.append(mirror.name)
        }
        for name in missing.sorted() { changes.append(.addMembership(group: name, origin: source)) }
        guard external.groupsAreComplete, let account, memberships != kept else { return }
        for membership in account.memberships.sorted(by: { $0.group < $1.group })
        where membership.origin == source && !kept.contains(membership.group) {
            changes.append(.removeMembership(group: membership.group, origin: source))
        }
    }

    /// Whether a group's mirror is there and as it should be: so it is for nearly everybody, nearly always.
    private func hasMirror(_ group: ExternalGroup) -> Bool {
        guard let mirror = local.linkedGroups[group.id] else { return false }
        return mirror.link?.dn == group.dn && mirror.name.hasSameScalars(as: group.name)
    }

    private func existingMirror(of group: ExternalGroup) -> GroupMirroring.Mirror? {
        local.linkedGroups[group.id].map { GroupMirroring.Mirror($0) }
    }

    private mutating func settleMirrors(of groups: [ExternalGroup]) -> [String: GroupMirroring.Mirror] {
        let mirroring = GroupMirroring(of: groups, in: source, linked: local.linkedGroups, named: local.groupsByName)
        changes += mirroring.changes
        warnings += mirroring.warnings
        return mirroring.mirrors
    }
}
