import AuthCore
import SQLiteStore

/// The local mirrors of a source's groups.
enum GroupMirrors {
    /// What has to change so that all groups have their mirrors.
    static func mirroring(
        _ groups: [ExternalGroup], _ source: String, released: Set<String>, local: [Group]
    ) -> GroupMirroring {
        var linked: [String: Group] = [:]
        var named: [String: Group] = [:]
        for group in local {
            named[group.name] = group
            if let link = group.link, link.source == source { linked[link.id] = group }
        }
        return GroupMirroring(of: groups, in: source, linked: linked, named: named, released: released)
    }

    /// The mirrors as they will be when the changes are made; those to be created have no primary key yet.
    static func planned(_ groups: [ExternalGroup], _ mirroring: GroupMirroring, _ source: String) -> [String: Group] {
        var mirrors: [String: Group] = [:]
        for group in groups {
            guard let mirror = mirroring.mirrors[group.id] else { continue }
            let link = ExternalLink(source: source, id: group.id, dn: group.dn)
            // The person's side compares names with the external ones only to rename, which the groups' own changes have done.
            mirrors[group.id] = Group(id: mirror.id ?? Group.unsaved, name: mirror.name, link: link)
        }
        return mirrors
    }

    /// Makes the changes. They are computed from the groups as they are in this transaction, so none of them can find its name taken.
    /// - Returns: The mirrors as they are now, by the groups' ids.
    static func settle(
        _ groups: [ExternalGroup], _ source: String, _ released: Set<String>, in transaction: inout SyncTransaction
    ) throws -> [String: Group] {
        let changes = mirroring(groups, source, released: released, local: try transaction.reading.groups()).changes
        try transaction.apply(changes, to: nil)
        return try current(source, transaction.reading)
    }

    /// The mirrors as they are.
    static func current(_ source: String, _ reading: SyncReading) throws -> [String: Group] {
        var mirrors: [String: Group] = [:]
        for group in try reading.groups() {
            if let link = group.link, link.source == source { mirrors[link.id] = group }
        }
        return mirrors
    }
}
