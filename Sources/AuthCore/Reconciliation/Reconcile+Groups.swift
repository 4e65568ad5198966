extension ReconciliationPass {
    /// Mirrors the groups that the policy names and the person's place in them. What somebody put in here stays.
    mutating func settleGroups() {
        let wanted = external.groups.filter { policy.groups.includes($0.name) }
        let mirrors = existingMirrors(of: wanted) ?? settleMirrors(of: wanted)
        let current = (account?.memberships ?? []).sorted { $0.group < $1.group }
        let kept = mirrors.compactMap(\.id).sorted()
        // So it is for nearly everybody, nearly always.
        if kept.count == mirrors.count, kept.elementsEqual(current.lazy.map(\.group)) { return }

        let memberships = Set(current.map(\.group))
        let missing = mirrors.filter { mirror in mirror.id.map { !memberships.contains($0) } ?? true }
        for name in missing.map(\.name).sorted() { changes.append(.addMembership(group: name, origin: source)) }
        guard external.groupsAreComplete else { return }
        let places = Set(kept)
        for membership in current where membership.origin == source && !places.contains(membership.group) {
            changes.append(.removeMembership(group: membership.group, origin: source))
        }
    }

    /// The mirrors of groups, if each has one that is as it should be.
    private func existingMirrors(of groups: [ExternalGroup]) -> [GroupMirroring.Mirror]? {
        var mirrors: [GroupMirroring.Mirror] = []
        mirrors.reserveCapacity(groups.count)
        for group in groups {
            guard let mirror = local.linkedGroups[group.id], mirror.link?.dn == group.dn,
                mirror.name.hasSameScalars(as: group.localName)
            else { return nil }
            mirrors.append(GroupMirroring.Mirror(mirror))
        }
        return mirrors
    }

    private mutating func settleMirrors(of groups: [ExternalGroup]) -> [GroupMirroring.Mirror] {
        let mirroring = GroupMirroring(of: groups, in: source, linked: local.linkedGroups, named: local.groupsByName)
        changes += mirroring.changes
        warnings += mirroring.warnings
        return groups.compactMap { mirroring.mirrors[$0.id] }
    }
}
