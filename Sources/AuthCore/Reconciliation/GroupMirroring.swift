/// Which local groups mirror which external ones, and what has to change for that. Pure, as ``reconcile(_:with:under:)`` is, which uses it
/// for one person's groups; a sync uses it for all groups of a source at once.
///
/// Groups are tied by id like accounts: a renamed group keeps its local permissions. A local group that is tied to nothing is never taken
/// over for its name, since whoever may create a group in the directory would then hold its permissions. Of groups that would get one name,
/// the one whose mirror has it keeps it; where none has, none gets it.
public struct GroupMirroring: Sendable {
    /// A mirror as it is after the changes.
    public struct Mirror: Sendable, Hashable {
        /// The local group; `nil` for one that the changes create.
        public var id: Group.ID?
        /// Its name.
        public var name: String

        /// A mirror that is there.
        init(_ group: Group) {
            // A plan that creates groups speaks of them before they have a key.
            id = group.id == Group.unsaved ? nil : group.id
            name = group.name
        }

        init(id: Group.ID?, name: String) {
            self.id = id
            self.name = name
        }
    }

    /// The mirrors, by external id. Groups that cannot have one are not here.
    public private(set) var mirrors: [String: Mirror] = [:]
    /// What has to change, in the order in which it must be applied.
    public private(set) var changes: [AccountChange] = []
    /// Why groups have no mirror, or keep another name here.
    public private(set) var warnings: [String] = []

    /// Local names that more than one group would get and none has yet, with these groups.
    private let contested: [String: [ExternalGroup]]
    private let source: String
    private let released: Set<String>
    /// Who has which name, as the changes go on.
    private var holders: [String: Group]

    /// Decides about the mirrors of groups.
    ///
    /// - Parameters:
    ///   - groups: The external groups that are to have mirrors.
    ///   - source: Where they are.
    ///   - linked: The local groups linked to them, by external id.
    ///   - named: The local groups that bear the local name of one of them, by that name.
    ///   - released: Ids of groups that the source provably has no more. Their mirrors make room for others of the same name; the
    ///     permissions they hold stay with them. Default: none.
    public init(
        of groups: [ExternalGroup], in source: String, linked: [String: Group], named: [String: Group],
        released: Set<String> = []
    ) {
        self.source = source
        self.released = released
        self.holders = named
        let groups = groups.sorted { ($0.localName, $0.id) < ($1.localName, $1.id) }
        let nameable = groups.filter { Self.nameProblem(of: $0) == nil }
        contested = Dictionary(grouping: nameable, by: \.localName).filter { name, rivals in
            rivals.count > 1 && !rivals.contains { linked[$0.id]?.name.hasSameScalars(as: name) ?? false }
        }
        followRenames(of: groups, linked)
        for group in groups where mirrors[group.id] == nil { create(group) }
        for (name, rivals) in contested.sorted(by: { $0.key < $1.key }) {
            warnings.append(
                "\(rivals.map { $0.dn ?? $0.id }.joined(separator: " and ")) would be mirrored as '\(name)', so none of them is; "
                    + "make their names differ.")
        }
    }

    /// Follows renames and moves of groups that have mirrors. A name that one of them gives up may be another's new one, so those that have
    /// to wait are looked at again; those that wait for each other get out of each other's way first.
    private mutating func followRenames(of groups: [ExternalGroup], _ linked: [String: Group]) {
        var waiting: [(group: ExternalGroup, mirror: Group)] = []
        for group in groups {
            guard let mirror = linked[group.id] else { continue }
            mirrors[group.id] = Mirror(id: mirror.id, name: mirror.name)
            if mirror.link?.dn != group.dn {
                changes.append(.moveGroupLink(mirror.id, from: mirror.link?.dn, to: group.dn))
            }
            guard !mirror.name.hasSameScalars(as: group.localName) else { continue }
            if let problem = Self.nameProblem(of: group) {
                warnings.append(keepsName(mirror, problem))
            } else if contested[group.localName] != nil {
                warnings.append(keepsName(mirror, "more than one group would be '\(group.localName)'"))
            } else {
                waiting.append((group, mirror))
            }
        }
        while !waiting.isEmpty {
            if let free = waiting.firstIndex(where: { holders[$0.group.localName] == nil }) {
                let (group, mirror) = waiting.remove(at: free)
                rename(mirror, to: group.localName)
            } else if let blocked = waiting.firstIndex(where: { pair in
                guard let holder = holders[pair.group.localName] else { return false }
                return isReleased(holder) || waiting.contains { $0.mirror.id == holder.id }
            }), let holder = holders[waiting[blocked].group.localName] {
                let aside = rename(holder, to: asideName(of: holder))
                if let index = waiting.firstIndex(where: { $0.mirror.id == aside.id }) { waiting[index].mirror = aside }
            } else {
                break
            }
        }
        for (group, mirror) in waiting {
            warnings.append(keepsName(mirror, "the name '\(group.localName)' is taken"))
        }
    }

    private mutating func create(_ group: ExternalGroup) {
        if let obstacle = Self.nameProblem(of: group) {
            warnings.append("The group \(group.dn ?? group.id) is not mirrored: \(obstacle).")
            return
        }
        if contested[group.localName] != nil { return }
        if let holder = holders[group.localName] {
            guard isReleased(holder) else {
                warnings.append(obstacle(holder, to: group))
                return
            }
            rename(holder, to: asideName(of: holder))
        }
        let link = ExternalLink(source: source, id: group.id, dn: group.dn)
        holders[group.localName] = Group(id: Group.unsaved, name: group.localName, link: link)
        mirrors[group.id] = Mirror(id: nil, name: group.localName)
        changes.append(.createGroup(name: group.localName, link: link))
    }

    /// - Returns: The group under its new name.
    @discardableResult
    private mutating func rename(_ group: Group, to name: String) -> Group {
        changes.append(.renameGroup(group.id, from: group.name, to: name))
        holders[group.name] = nil
        var renamed = group
        renamed.name = name
        holders[name] = renamed
        if let link = group.link, link.source == source { mirrors[link.id]?.name = name }
        return renamed
    }

    private func isReleased(_ holder: Group) -> Bool {
        guard let link = holder.link else { return false }
        return link.source == source && released.contains(link.id)
    }

    /// The first name of its series that nobody has.
    private func asideName(of group: Group) -> String {
        let name = ReconciliationPass.asideName(group.name, id: group.link?.id ?? "", limit: Group.maximumNameLength)
        var aside = name
        var counter = 1
        while holders[aside] != nil {
            counter += 1
            let suffix = "-\(counter)"
            aside = PlanLimits.cut(name, to: Group.maximumNameLength - suffix.count) + suffix
        }
        return aside
    }

    private func keepsName(_ mirror: Group, _ reason: String) -> String {
        "The mirrored group '\(mirror.name)' was renamed in '\(source)' and keeps its name here: \(reason)."
    }

    private func obstacle(_ holder: Group, to group: ExternalGroup) -> String {
        let place = group.dn ?? group.id
        guard let link = holder.link else {
            return "A local group '\(group.localName)' exists; \(place) is not mirrored into it."
        }
        return
            "The group '\(group.localName)' is the mirror of \(link.dn ?? link.id) in '\(link.source)'; \(place) is not mirrored."
    }

    private static func nameProblem(of group: ExternalGroup) -> String? { problem(ofName: group.localName) }

    /// Why no local group can have a name, in words that follow a colon; `nil` for a usable one.
    static func problem(ofName name: String) -> String? {
        if name.isEmpty { return "it has no name that can be read" }
        if name.unicodeScalars.contains("\0") { return "its name holds a NUL character" }
        let length = name.unicodeScalars.count
        return length > Group.maximumNameLength
            ? "its name has \(length) characters, at most \(Group.maximumNameLength) fit" : nil
    }
}
