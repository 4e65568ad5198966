extension PlanApplication {
    /// Applies a change that is about a group, whoever brought it along.
    /// - Returns: Whether anything is different now.
    mutating func applyToGroup(_ change: AccountChange) throws -> Bool {
        switch change {
        case .createGroup(let name, let link):
            try PlanLimits.checkGroupName(name)
            if let existing = try tables.group(named: name) {
                if let tie = existing.link, tie.source == link?.source, tie.id == link?.id { return false }
                let wanted = link.map { " and is not the mirror of \($0.dn ?? $0.id)" } ?? ""
                throw AccountStoreError(.invalidPlan, "A group named '\(name)' exists\(wanted).")
            }
            guard let link else {
                _ = try tables.insertGroup(name)
                return true
            }
            if let mirror = try tables.groups(linkedTo: link.source, ids: [link.id])[link.id] {
                throw AccountStoreError(
                    .linkTaken, "\(link.dn ?? link.id) of '\(link.source)' is mirrored as the group '\(mirror.name)'.")
            }
            let id = try tables.insertGroup(name)
            return try tables.setGroupLink(link, of: id)
        case .renameGroup(let id, _, let to):
            try PlanLimits.checkGroupName(to)
            try requireGroup(id)
            if let holder = try tables.group(named: to), holder.id != id {
                throw AccountStoreError(
                    .invalidPlan, "A group named '\(to)' exists; the group \(id) cannot get its name.")
            }
            return try tables.setGroupName(to, of: id)
        case .moveGroupLink(let id, _, let to):
            try requireGroup(id)
            return try tables.setGroupLinkDN(to, of: id)
        case .grantToGroup(let permission, let name):
            try requireRegistered(permission)
            return try tables.insertGroupGrant(permission, to: try group(named: name).id)
        case .revokeFromGroup(let permission, let name):
            return try tables.deleteGroupGrant(permission, of: try group(named: name).id)
        default:
            preconditionFailure("\(change.auditEvent) is not about a group alone")
        }
    }

    mutating func group(named name: String) throws -> Group {
        if let known = groupsByName[name], known.name.hasSameScalars(as: name) { return known }
        if let group = try tables.group(named: name) {
            groupsByName[name] = group
            return group
        }
        throw AccountStoreError(.noSuchGroup, "There is no group named '\(name)'.")
    }

    mutating func requireGroup(_ id: Group.ID) throws {
        guard try tables.group(id) == nil else { return }
        throw AccountStoreError(.noSuchGroup, "There is no group with the id \(id).")
    }
}
