import AuthCore
import SQLiteStore

/// What a plan takes away, measured against what there is.
struct Losses: Sendable, Hashable {
    var deactivations = 0
    var memberships = 0
    var permissions = 0
    var administrators = 0
    var values = 0

    /// Counts what one account loses. Who is deactivated loses the rest with that, so the rest is not counted again.
    mutating func add(_ changes: [AccountChange], of user: User?) {
        let isDeactivated = changes.contains { if case .deactivate = $0 { true } else { false } }
        var wasAdministrator = isDeactivated && (user.map { $0.isStaff || $0.isSuperuser } ?? false)
        for change in changes {
            switch change {
            case .deactivate: deactivations += 1
            case .removeMembership where !isDeactivated: memberships += 1
            case .revoke where !isDeactivated: permissions += 1
            case .setFlag(_, from: true, to: false): wasAdministrator = wasAdministrator || user?.isActive == true
            default: break
            }
        }
        if wasAdministrator { administrators += 1 }
        if !isDeactivated, changes.contains(where: \.clearsValue) { values += 1 }
    }

    /// Which limits are exceeded, with an explanation for each.
    func exceeding(_ limits: LossLimits, of holdings: SourceHoldings) -> [(reason: SyncReport.Reason, words: String)] {
        let measures: [(SyncReport.Reason, Int, LossLimit, Int, String)] = [
            (
                .deactivations, deactivations, limits.deactivations, holdings.activeAccounts,
                "active accounts would be deactivated"
            ),
            (
                .administrators, administrators, limits.administrators, holdings.administrators,
                "staff and superusers would be lost"
            ),
            (.memberships, memberships, limits.memberships, holdings.memberships, "memberships would be taken away"),
            (.permissions, permissions, limits.permissions, holdings.grants, "permissions would be taken away"),
            (.values, values, limits.values, holdings.activeAccounts, "people would lose values of fields or profile"),
        ]
        return measures.compactMap { reason, loss, limit, total, what in
            let allowance = limit.allowance(of: total)
            return loss > allowance ? (reason, "\(loss) of \(total) \(what); \(allowance) are allowed.") : nil
        }
    }
}

extension AccountChange {
    /// Whether a field or a profile attribute that had a value has none afterwards.
    fileprivate var clearsValue: Bool {
        switch self {
        case .setField(_, let from, let to): to.isEmpty && !from.isEmpty
        case .setProfile(_, let from, let to): to == nil && from != nil
        default: false
        }
    }
}
