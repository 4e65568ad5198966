extension ReconciliationPass {
    /// Mirrors the groups that the policy names and the person's place in them.
    ///
    /// Groups are tied by id like accounts: a renamed group keeps its local permissions. A local group that is tied to nothing is never
    /// taken over for its name, since whoever may create a group in the directory would then hold its permissions.
    mutating func settleGroups() {
        let wanted = external.groups.filter { policy.groups.includes($0.name) }
            .sorted { ($0.name, $0.id) < ($1.name, $1.id) }
        // Who has which name, as the changes go on.
        var holders = local.groupsByName.mapValues(\.link)
        let mirrors = settleMirrors(of: wanted, &holders)

        var memberships: [Group.ID: Membership] = [:]
        for membership in account?.memberships ?? [] { memberships[membership.group] = membership }
        var kept: Set<Group.ID> = []
        for group in wanted {
            if let mirror = mirrors[group.id] {
                kept.insert(mirror.id)
                if memberships[mirror.id] == nil { changes.append(.addMembership(group: mirror.name, origin: source)) }
            } else if let obstacle = obstacle(to: group, holders) {
                warnings.append(obstacle)
            } else {
                let link = ExternalLink(source: source, id: group.id, dn: group.dn)
                holders[group.name] = link
                changes.append(.createGroup(name: group.name, link: link))
                changes.append(.addMembership(group: group.name, origin: source))
            }
        }
        guard external.groupsAreComplete else { return }
        for membership in memberships.values.sorted(by: { $0.group < $1.group })
        where membership.origin == source && !kept.contains(membership.group) {
            changes.append(.removeMembership(group: membership.group, origin: source))
        }
    }

    /// Follows renames and moves of groups that have mirrors. A name that one of them gives up may be another's new one, so those that have
    /// to wait are looked at again.
    /// - Returns: The mirrors by external id, with their names after the changes.
    private mutating func settleMirrors(
        of groups: [ExternalGroup], _ holders: inout [String: ExternalLink?]
    ) -> [String: Group] {
        var mirrors: [String: Group] = [:]
        var waiting: [(group: ExternalGroup, mirror: Group)] = []
        for group in groups {
            guard let mirror = local.linkedGroups[group.id] else { continue }
            mirrors[group.id] = mirror
            if mirror.link?.dn != group.dn {
                changes.append(.moveGroupLink(mirror.id, from: mirror.link?.dn, to: group.dn))
            }
            if !mirror.name.hasSameScalars(as: group.name) { waiting.append((group, mirror)) }
        }
        while let index = waiting.firstIndex(where: {
            holders[$0.group.name] == nil && nameProblem(of: $0.group) == nil
        }) {
            let (group, mirror) = waiting.remove(at: index)
            changes.append(.renameGroup(mirror.id, from: mirror.name, to: group.name))
            holders[mirror.name] = nil
            holders[group.name] = .some(mirror.link)
            mirrors[group.id]?.name = group.name
        }
        for (group, mirror) in waiting {
            let reason = nameProblem(of: group) ?? "the name '\(group.name)' is taken"
            warnings.append(
                "The mirrored group '\(mirror.name)' was renamed in '\(source)' and keeps its name here: \(reason).")
        }
        return mirrors
    }

    /// Why a group that has no mirror yet cannot get one.
    private func obstacle(to group: ExternalGroup, _ holders: [String: ExternalLink?]) -> String? {
        let place = group.dn ?? group.id
        if let problem = nameProblem(of: group) { return "The group \(place) is not mirrored: \(problem)." }
        guard let holder = holders[group.name] else { return nil }
        guard let link = holder else {
            return "A local group '\(group.name)' exists; \(place) is not mirrored into it."
        }
        return
            "The group '\(group.name)' is the mirror of \(link.dn ?? link.id) in '\(link.source)'; \(place) is not mirrored."
    }

    private func nameProblem(of group: ExternalGroup) -> String? {
        if group.name.isEmpty { return "it has no name that can be read" }
        if group.name.unicodeScalars.contains("\0") { return "its name holds a NUL character" }
        let length = group.name.unicodeScalars.count
        return length > Group.maximumNameLength
            ? "its name has \(length) characters, at most \(Group.maximumNameLength) fit" : nil
    }
}
