extension ReconciliationPass {
    /// Mirrors the groups that the policy names and the person's place in them.
    ///
    /// Groups are tied by id like accounts: a renamed group keeps its local permissions. A local group that is tied to nothing is not
    /// taken over for its name alone, since whoever may create a group in the directory would then hold its permissions.
    mutating func settleGroups() {
        var current: [Group.ID: Membership] = [:]
        for membership in account?.memberships ?? [] { current[membership.group] = membership }
        var wanted: Set<Group.ID> = []
        var claimed: Set<String> = []

        let mirrored = external.groups.filter { policy.groups.includes($0.name) }
            .sorted { ($0.name, $0.id) < ($1.name, $1.id) }
        for group in mirrored {
            guard let mirror = local.linkedGroups[group.id] else { continue }
            let name = settleMirror(mirror, of: group)
            claimed.insert(name)
            wanted.insert(mirror.id)
            if current[mirror.id] == nil { changes.append(.addMembership(group: name, origin: source)) }
        }
        for group in mirrored where local.linkedGroups[group.id] == nil {
            if let warning = obstacle(to: group) {
                warnings.append(warning)
            } else if !claimed.insert(group.name).inserted {
                warnings.append("Two groups are named '\(group.name)'; \(group.dn ?? group.id) is not mirrored.")
            } else {
                let link = ExternalLink(source: source, id: group.id, dn: group.dn)
                if let existing = local.groupsByName[group.name] {
                    changes.append(.linkGroup(name: group.name, link: link))
                    wanted.insert(existing.id)
                    if current[existing.id] == nil { changes.append(.addMembership(group: group.name, origin: source)) }
                } else {
                    changes.append(.createGroup(name: group.name, link: link))
                    changes.append(.addMembership(group: group.name, origin: source))
                }
            }
        }

        guard external.groupsAreComplete else { return }
        for membership in current.values.sorted(by: { $0.group < $1.group })
        where membership.origin == source && !wanted.contains(membership.group) {
            changes.append(.removeMembership(group: membership.group, origin: source))
        }
    }

    /// Follows a rename or move of a mirrored group.
    /// - Returns: The group's local name after the change.
    private mutating func settleMirror(_ mirror: Group, of group: ExternalGroup) -> String {
        if mirror.link?.dn != group.dn {
            changes.append(.moveGroupLink(mirror.id, from: mirror.link?.dn, to: group.dn))
        }
        guard mirror.name != group.name else { return mirror.name }
        guard local.groupsByName[group.name] == nil, group.name.unicodeScalars.count <= Group.maximumNameLength else {
            warnings.append(
                "The mirrored group '\(mirror.name)' is named '\(group.name)' now; it keeps its name, the new one is taken or too long."
            )
            return mirror.name
        }
        changes.append(.renameGroup(mirror.id, from: mirror.name, to: group.name))
        return group.name
    }

    /// Why a group that has no mirror yet cannot get one.
    private func obstacle(to group: ExternalGroup) -> String? {
        if group.name.isEmpty || group.name.unicodeScalars.count > Group.maximumNameLength
            || group.name.unicodeScalars.contains("\0")
        {
            return "The group \(group.dn ?? group.id) has no name that fits; it is not mirrored."
        }
        guard let existing = local.groupsByName[group.name] else { return nil }
        if let link = existing.link {
            return
                "The group '\(group.name)' is already the mirror of \(link.dn ?? link.id) in '\(link.source)'; \(group.dn ?? group.id) is not mirrored."
        }
        if policy.groups.adopts(group.name) { return nil }
        return
            "A local group '\(group.name)' exists; \(group.dn ?? group.id) is not mirrored into it. To share it, name it under groups: mirror: {only: […]}."
    }
}
