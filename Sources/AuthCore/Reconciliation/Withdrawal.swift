/// Takes back what a source gave an account whose person is gone there, or must not come in.
///
/// The account is deactivated unless it is already, and loses the memberships and permissions that came from the source and the flags the
/// source decides. A break-glass account keeps everything: it is there for the day on which the directory is wrong. What was given here stays, and counts again when somebody activates the account. Pure, as ``reconcile(_:with:under:)``
/// is, which gives everything back when the person returns.
///
/// - Parameters:
///   - account: The account; it is linked to the source.
///   - source: The source.
///   - reason: Why.
///   - flags: The flags that the source decides.
/// - Returns: The changes, in order; none if there is nothing left to take.
public func withdraw(
    _ account: LocalAccount, from source: String, because reason: DeactivationReason, flags: Set<UserFlag>
) -> [AccountChange] {
    if account.owner == .local { return [] }
    var changes: [AccountChange] = []
    if account.user.isActive { changes.append(.deactivate(Deactivation(source: source, reason: reason))) }
    for flag in [UserFlag.isStaff, .isSuperuser] where flags.contains(flag) && account.user[flag] {
        changes.append(.setFlag(flag, from: true, to: false))
    }
    for membership in account.memberships.sorted(by: { $0.group < $1.group }) where membership.origin == source {
        changes.append(.removeMembership(group: membership.group, origin: source))
    }
    for grant in account.grants.sorted(by: { $0.permission < $1.permission }) where grant.origin == source {
        changes.append(.revoke(grant.permission, origin: source))
    }
    return changes
}

extension AccountChange {
    /// Whether it takes something from somebody: access, a flag, a membership, a permission. A sync makes such changes last, and only on an
    /// answer that is provably complete.
    public var takesAway: Bool {
        switch self {
        case .deactivate, .removeMembership, .revoke, .unlink, .revokeFromGroup: true
        case .setFlag(_, _, let value): !value
        default: false
        }
    }
}
