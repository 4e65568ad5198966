extension AccountTables {
    /// See ``AccountStore/resolve(_:)``.
    package mutating func resolve(_ name: LoginName) throws -> NameResolution {
        guard name.problem == nil else { return .none }
        let holders = try holders(of: name.text)
        if holders.count <= 1 { return holders.first.map { .account($0) } ?? .none }
        // Django's forms compose what was typed (NFKC) and then look for exactly that.
        for spelling in [name.text, LoginName.normalized(name.text)] {
            if let exact = holders.first(where: { $0.user.username.hasSameScalars(as: spelling) }) {
                return .account(exact)
            }
        }
        return .ambiguous(holders.map(\.user.username).sorted())
    }

    /// See ``AccountStore/localState(for:)``.
    package mutating func localState(for external: ExternalAccount) throws -> LocalState {
        let linked = try account(linkedTo: external.link.source, id: external.link.id)
        let holders = try nameHolders(for: external, linked: linked)
        let groups = external.groups
        let source = external.link.source
        let linkedGroups =
            groups.isEmpty ? [:] : try self.groups(linkedTo: source, ids: Set(groups.map(\.id)))
        return LocalState(
            linked: try linked.map { try completed($0) },
            nameHolders: try holders.map { try completed($0) },
            linkedGroups: linkedGroups,
            groupsByName: try groupsByName(for: groups, and: external.groupsLeftAlone, linked: linkedGroups),
            registeredPermissions: external.grants.isEmpty ? [] : try registered(among: Set(external.grants.keys)))
    }

    /// The groups that have the local names of external ones, or one of the names given beside them. A name is looked up only where the
    /// linked group has another, which is seldom.
    private mutating func groupsByName(
        for external: [ExternalGroup], and names: Set<String>, linked: [String: Group]
    ) throws -> [String: Group] {
        var found: [String: Group] = [:]
        var others = names
        for group in external {
            if let own = linked[group.id], own.name.hasSameScalars(as: group.localName) {
                found[group.localName] = own
            } else {
                others.insert(group.localName)
            }
        }
        if others.isEmpty { return found }
        return found.merging(try groups(named: others)) { own, _ in own }
    }

    private mutating func nameHolders(for external: ExternalAccount, linked: AccountRecord?) throws -> [AccountRecord] {
        let wanted = external.username
        if let linked, linked.user.username.hasSameScalars(as: wanted) { return [] }
        return try holders(of: wanted).filter { $0.user.id != linked?.user.id }
    }

    /// What applying these plans comes to if it changes nothing: no plan has changes, and each still stands on the state it was computed
    /// from. `nil` if something is to be written.
    package mutating func unchanged(_ plans: [AccountPlan]) throws -> [AppliedPlan]? {
        var applied: [AppliedPlan] = []
        for plan in plans {
            guard plan.changes.isEmpty else { return nil }
            switch plan.subject {
            case .external(let external, let basis, _):
                let local = try localState(for: external)
                guard local == basis else { return nil }
                applied.append(AppliedPlan(user: local.linked?.user, changes: []))
            case .account(let id):
                guard let record = try record(id) else { return nil }
                applied.append(AppliedPlan(user: record.user, changes: []))
            case .none:
                applied.append(AppliedPlan(user: nil, changes: []))
            }
        }
        return applied
    }
}
