extension ReconciliationPass {
    /// Mirrors the groups that the policy names and the person's place in them. What somebody put in here stays.
    mutating func settleGroups() {
        let wanted = external.groups.filter { policy.groups.includes($0.name) }
        let mirrors =
            switch policy.groupTie {
            case .identity: existingMirrors(of: wanted) ?? settleMirrors(of: wanted)
            case .name(let creates): namesakes(of: wanted, creates: creates)
            }
        let current = (account?.memberships ?? []).sorted { $0.group < $1.group }
        let kept = mirrors.compactMap(\.id).sorted()
        // So it is for nearly everybody, nearly always.
        if kept.count == mirrors.count, kept.elementsEqual(current.lazy.map(\.group)) { return }

        let memberships = Set(current.map(\.group))
        let missing = mirrors.filter { mirror in mirror.id.map { !memberships.contains($0) } ?? true }
        for name in missing.map(\.name).sorted() { changes.append(.addMembership(group: name, origin: source)) }
        guard external.groupsAreComplete else { return }
        let places = Set(kept).union(external.groupsLeftAlone.compactMap { local.groupsByName[$0]?.id })
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

    /// The local groups of exactly the names of external ones; with `creates` also those that are made for the purpose.
    private mutating func namesakes(of groups: [ExternalGroup], creates: Bool) -> [GroupMirroring.Mirror] {
        var found: [GroupMirroring.Mirror] = []
        for name in Set(groups.map(\.localName)).sorted() {
            if let group = local.groupsByName[name] {
                found.append(GroupMirroring.Mirror(group))
            } else if creates, let problem = GroupMirroring.problem(ofName: name) {
                warnings.append(
                    "The group '\(PlanLimits.cut(name, to: 40))' of '\(source)' is not created: \(problem).")
            } else if creates {
                changes.append(.createGroup(name: name, link: nil))
                found.append(GroupMirroring.Mirror(id: nil, name: name))
            }
        }
        return found
    }
}
