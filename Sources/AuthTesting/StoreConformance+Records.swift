import AuthCore
import Foundation

extension StoreConformance {
    static let recordChecks: [Check] = [lastLoginsGoForward, eventsAreKeptInOrder, ruleGroupsAreRemembered]

    @Sendable private static func lastLoginsGoForward(_ scenario: StoreScenario) async throws {
        let ann = try await scenario.create("ann").id
        let noon = Date(timeIntervalSince1970: 1_800_000_000.25)
        for time in [noon, noon - 60] {
            try await scenario.store.record(Activity(lastLogins: [ann: time, User.ID(4711): time]))
        }
        let last = try require("A login is noted.", some: try await scenario.record(ann).lastLogin)
        try require("The latest login counts, to the microsecond.", abs(last.timeIntervalSince(noon)) < 0.000_002)
        try require("A login is no change.", try await scenario.store.auditEvents(limit: 10).count, is: 1)
    }

    @Sendable private static func eventsAreKeptInOrder(_ scenario: StoreScenario) async throws {
        let time = Date(timeIntervalSince1970: 1_800_000_000)
        let events = (1...3).map { number in
            AuditEvent(
                time: time, event: "login.rejected", userID: number == 2 ? User.ID(7) : nil, username: "ann\(number)",
                cause: .login(source: "corp"), details: ["reason": "wrongPassword", "quote": "\"/\\\u{1}ž"])
        }
        try await scenario.store.record(Activity(events: events))
        try require("Events come newest first.", try await scenario.store.auditEvents(limit: 10), is: events.reversed())
        try require(
            "No more events than asked for.", try await scenario.store.auditEvents(limit: 2),
            is: [events[2], events[1]])
        try require("No events where none are asked for.", try await scenario.store.auditEvents(limit: 0), is: [])
        try require("A negative number is none.", try await scenario.store.auditEvents(limit: -1), is: [])
    }

    @Sendable private static func ruleGroupsAreRemembered(_ scenario: StoreScenario) async throws {
        let store = scenario.store
        let staff = ExternalGroup(id: "1", name: "staff", dn: "cn=staff", path: .nested(["team"]))
        try require("Nothing is remembered at first.", try await store.rememberedRuleGroups(source: "corp"), is: [:])
        try await store.rememberRuleGroups(["staff": [staff], "gone": []], source: "corp")
        try await store.rememberRuleGroups(["admins": []], source: "corp")
        try await store.rememberRuleGroups(["staff": []], source: "sales")
        let direct = ExternalGroup(id: "1", name: "staff", dn: "cn=staff")
        try require(
            "Leaves keep what they stood for, by source, empty ones too.",
            try await store.rememberedRuleGroups(source: "corp"), is: ["staff": [direct], "gone": [], "admins": []])
        try await store.rememberRuleGroups(["staff": []], source: "corp")
        try require(
            "A leaf is remembered as last seen.", try await store.rememberedRuleGroups(source: "corp")["staff"], is: [])
    }
}
