extension ReconciliationPass {
    /// Mirrors the groups that the policy names and the person's place in them. What somebody put in here stays.
    mutating func settleGroups() {
        let wanted = external.groups.filter { policy.groups.includes($0.name) }
            .sorted { ($0.name, $0.id) < ($1.name, $1.id) }
        let mirroring = GroupMirroring(
            of: wanted, in: source, linked: local.linkedGroups, named: local.groupsByName)
        changes += mirroring.changes
        warnings += mirroring.warnings

        var memberships: [Group.ID: Membership] = [:]
        for membership in account?.memberships ?? [] { memberships[membership.group] = membership }
        var kept: Set<Group.ID> = []
        for group in wanted {
            guard let mirror = mirroring.mirrors[group.id] else { continue }
            if let id = mirror.id {
                kept.insert(id)
                if memberships[id] != nil { continue }
            }
            changes.append(.addMembership(group: mirror.name, origin: source))
        }
        guard external.groupsAreComplete else { return }
        for membership in memberships.values.sorted(by: { $0.group < $1.group })
        where membership.origin == source && !kept.contains(membership.group) {
            changes.append(.removeMembership(group: membership.group, origin: source))
        }
    }
}
