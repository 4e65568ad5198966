public import AuthCore
import Foundation
internal import GRDB

extension SQLiteAccountStore {
    @discardableResult
    public func apply(_ plans: [AccountPlan], cause: ChangeCause) async throws -> [AppliedPlan] {
        // Most logins change nothing, and take no lock.
        if let unchanged = try read({ try $0.unchanged(plans) }) { return unchanged }
        let time = now()
        return try await write { tables in
            var application = PlanApplication(tables: tables, cause: cause, now: time)
            return try plans.map { try application.apply($0) }
        }
    }

    public func record(_ activity: Activity) async throws {
        if activity.isEmpty { return }
        try await write { tables in
            for (user, time) in activity.lastLogins {
                // Batches may come out of order.
                try tables.database.run(
                    "UPDATE auth_user SET last_login = ?1 WHERE id = ?2 AND (last_login IS NULL OR last_login < ?1)",
                    [DjangoTime.text(time), user.rawValue])
            }
            var tables = tables
            for event in activity.events { try tables.append(event) }
        }
    }

    public func rememberRuleGroups(_ groups: [String: [ExternalGroup]], source: String) async throws {
        let known = try await rememberedRuleGroups(source: source)
        let news = try groups.mapValues(RememberedGroups.text).filter { leaf, text in
            try known[leaf].map(RememberedGroups.text) != text
        }
        if news.isEmpty { return }
        try await write { tables in
            for (leaf, text) in news {
                try tables.database.run(
                    "INSERT OR REPLACE INTO bridge_rule_group (source, leaf, groups) VALUES (?, ?, ?)",
                    [source, leaf, text])
            }
        }
    }
}
