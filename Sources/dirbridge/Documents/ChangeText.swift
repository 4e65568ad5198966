import AuthCore
import DirectoryBridge

/// Changes to an account as people read them: what comes, what goes, what becomes different.
struct ChangeText {
    /// What was, or would be, changed.
    let changes: [AccountChange]
    /// Shows a value of the profile.
    let shown: (_ key: String, _ value: String) -> String
    /// The names of groups that are there.
    let groups: [Group.ID: String]

    /// A sign, a thing, and how it becomes.
    var rows: [[String]] {
        let made = Set(changes.compactMap { if case .createGroup(let name, _) = $0 { name } else { nil } })
        return changes.flatMap { rows(for: $0, made) }
    }

    private func rows(for change: AccountChange, _ made: Set<String>) -> [[String]] {
        switch change {
        case .create(let new):
            let waits = new.deactivation.map { ", inactive: \($0.reason.rawValue)" } ?? ""
            let fields = UserField.allCases.compactMap { field -> [String]? in
                guard let value = new.fields[field], !value.isEmpty else { return nil }
                return ["+", field.rawValue, value]
            }
            let flags = [(new.isStaff, "is_staff"), (new.isSuperuser, "is_superuser")].filter(\.0).map {
                ["+", $0.1, "true"]
            }
            return [["+", "account", "\(new.username), without a password of its own\(waits)"]] + fields + flags
        case .link(let link): return [["+", "link", "to \(link.dn ?? link.id) of \(link.source)"]]
        case .unlink(let link): return [["-", "link", "to \(link.dn ?? link.id) of \(link.source)"]]
        case .moveLink(let from, let to): return [["~", "link", "\(from ?? "–") → \(to ?? "–")"]]
        case .rename(let from, let to): return [["~", "username", "\(from) → \(to)"]]
        case .renameAside(_, let from, let to): return [["~", "another account", "\(from) → \(to), to make room"]]
        case .setField(let field, let from, let to): return [row(field.rawValue, from, to)]
        case .setFlag(let flag, let from, let to): return [["~", flag.rawValue, "\(from) → \(to)"]]
        case .setProfile(let key, let from, let to):
            return [row("profile \(key)", from.map { shown(key, $0) } ?? "", to.map { shown(key, $0) } ?? "")]
        case .deactivate(let deactivation): return [["-", "access", "deactivated: \(deactivation.reason.rawValue)"]]
        case .reactivate: return [["+", "access", "active again"]]
        // A group that is made for the membership is told with it.
        case .createGroup: return []
        case .addMembership(let group, _):
            return [["+", "group", made.contains(group) ? "\(group) (new here)" : group]]
        case .removeMembership(let id, _): return [["-", "group", groups[id] ?? "number \(id)"]]
        case .renameGroup(_, let from, let to): return [["~", "group", "\(from) → \(to)"]]
        case .grant(let permission, _, let rule):
            return [["+", "permission", "\(permission)\(rule.map { ", by the rule: \($0)" } ?? "")"]]
        case .revoke(let permission, _): return [["-", "permission", permission.description]]
        default:
            let details = change.auditDetails.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            return [["~", change.auditEvent, details.joined(separator: " ")]]
        }
    }

    private func row(_ name: String, _ from: String, _ to: String) -> [String] {
        if from.isEmpty { return ["+", name, to] }
        return to.isEmpty ? ["-", name, from] : ["~", name, "\(from) → \(to)"]
    }
}
