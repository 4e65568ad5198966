import AuthCore
import Foundation

extension StoreConformance {
    static let recordChecks: [Check] = [
        lastLoginsGoForward, eventsAreKeptInOrder, theTrailIsFiltered, ruleGroupsAreRemembered,
    ]

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

    @Sendable private static func theTrailIsFiltered(_ scenario: StoreScenario) async throws {
        let store = scenario.store
        let noon = Date(timeIntervalSince1970: 1_800_000_000)
        func event(_ name: String, _ user: Int64?, _ username: String, _ time: Date) -> AuditEvent {
            AuditEvent(
                time: time, event: name, userID: user.map { User.ID($0) }, username: username,
                cause: .login(source: "corp"))
        }
        let events = [
            event("user.create", 7, "ann", noon - 60), event("login.rejected", nil, "ann", noon),
            event("user.rename", 7, "anna", noon + 60), event("user.create", 8, "bob", noon + 120),
        ]
        try await store.record(Activity(events: events))
        func names(_ query: AuditQuery) async throws -> [String?] {
            try await store.auditTrail(query).map(\.event.username)
        }
        let ann = AuditQuery.Person(id: User.ID(7), username: "ann")
        try require(
            "A person's events, under every name.", try await names(AuditQuery(person: ann)),
            is: ["anna", "ann", "ann"])
        let stranger = AuditQuery.Person(id: nil, username: "ann")
        try require("A name's events.", try await names(AuditQuery(person: stranger)), is: ["ann", "ann"])
        try require(
            "Events by the beginning of their names.", try await names(AuditQuery(event: "user.")),
            is: ["bob", "anna", "ann"])
        try require("An event's name is no pattern.", try await names(AuditQuery(event: "user%")), is: [])
        try require("Events from a time on.", try await names(AuditQuery(since: noon)), is: ["bob", "anna", "ann"])
        let oldest = try await store.auditTrail(AuditQuery(isOldestFirst: true, limit: 2))
        try require("The oldest first.", oldest.map(\.event), is: Array(events.prefix(2)))
        let rest = AuditQuery(after: oldest.last?.id ?? 0, isOldestFirst: true)
        try require("What follows an entry.", try await names(rest), is: ["anna", "bob"])
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
