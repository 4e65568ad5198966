extension ReconciliationPass {
    /// Gives what the rules give and takes back what they no longer give, if the groups they were decided on are all there are. What somebody
    /// granted here stays.
    mutating func settleGrants() {
        let current = account?.grants ?? []
        let held = Set(current.map(\.permission))
        for (permission, rule) in external.grants.sorted(by: { $0.key < $1.key }) where !held.contains(permission) {
            guard local.registeredPermissions.contains(permission) else {
                warnings.append(
                    "The permission \(permission) is not registered and was not granted; register it with: dirbridge permission register \(permission)."
                )
                continue
            }
            changes.append(.grant(permission, origin: source, rule: rule))
        }
        guard external.groupsAreComplete else { return }
        for grant in current.sorted(by: { $0.permission < $1.permission })
        where grant.origin == source && external.grants[grant.permission] == nil
            && !external.undecidedGrants.contains(grant.permission)
        {
            changes.append(.revoke(grant.permission, origin: source))
        }
    }
}
