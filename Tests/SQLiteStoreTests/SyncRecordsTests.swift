import AuthCore
import Foundation
import TestSupport
import Testing

@testable import SQLiteStore

/// What a run leaves in the database beside the accounts.
@Suite struct SyncRecordsTests {
    private let time = Date(timeIntervalSince1970: 1_800_000_000)

    private func lines(_ count: Int, _ event: String = "user.deactivate") -> [PlannedChange] {
        (1...count).map { PlannedChange(account: "id-\($0)", name: "p\($0)", event: event, details: ["n": "\($0)"]) }
    }

    private func withRecords(_ body: (DatabaseFile, SyncDatabase) async throws -> Void) async throws {
        try await withDatabaseFile { file in
            _ = try file.open()
            try await body(file, try SyncDatabase(path: file.path, source: "corp"))
        }
    }

    private func keep(_ changes: [PlannedChange], _ database: SyncDatabase) async throws -> Int64 {
        try await database.write(at: time) { transaction in
            let plan = try transaction.beginPlan()
            try transaction.add(changes, to: plan, from: 0)
            try transaction.openPlan(plan)
            return plan
        }
    }

    // MARK: Plans

    @Test func aPlanIsWrittenInPartsAndSeenWhenItIsWhole() async throws {
        try await withRecords { file, database async throws in
            let all = lines(5)
            let plan = try await database.write(at: time) { try $0.beginPlan() }
            #expect(try database.read { try $0.openPlan() } == nil)
            for start in [0, 2, 4] {
                let part = all[start..<min(start + 2, 5)]
                try await database.write(at: time) { try $0.add(part, to: plan, from: start) }
                #expect(try database.read { try $0.openPlan() } == nil)
                #expect(try database.read { try $0.plan(plan) }?.status == "draft")
            }
            try await database.write(at: time) { try $0.openPlan(plan) }
            let opened = try #require(try database.read { try $0.openPlan() })
            #expect(opened.id == plan && opened.status == "open" && opened.changes == all)
            try await database.write(at: time) { try $0.closePlan(plan) }
            #expect(try database.read { try $0.openPlan() } == nil)
            #expect(try file.texts("SELECT status FROM bridge_plan") == ["applied"])
        }
    }

    @Test func anInterruptedDraftIsNeverSeenAndTakesNothingFromTheOneThatWaits() async throws {
        try await withRecords { file, database async throws in
            let waiting = try await keep(lines(2), database)
            let draft = try await database.write(at: time) { transaction in
                let plan = try transaction.beginPlan()
                try transaction.add(self.lines(3, "user.rename"), to: plan, from: 0)
                return plan
            }
            // The program is killed here. What waited can still be approved.
            #expect(try database.read { try $0.openPlan() }?.id == waiting)
            #expect(try database.read { try $0.plan(waiting) }?.changes == lines(2))
            #expect(try database.read { try $0.plan(draft) }?.status == "draft")

            let next = try await keep(lines(1), database)
            #expect(next > draft)
            #expect(try database.read { try $0.plan(draft) } == nil)
            #expect(try database.read { try $0.plan(waiting) }?.status == "outdated")
            #expect(try file.texts("SELECT DISTINCT CAST(plan_id AS TEXT) FROM bridge_plan_change") == ["\(next)"])
        }
    }

    @Test func aDraftOfAnotherSourceIsLeftAlone() async throws {
        try await withRecords { file, database async throws in
            let lab = try SyncDatabase(path: file.path, source: "lab")
            let draft = try await lab.write(at: time) { try $0.beginPlan() }
            let plan = try await keep(lines(1), database)
            #expect(try lab.read { try $0.plan(draft) }?.status == "draft")
            #expect(try lab.read { try $0.openPlan() } == nil)
            #expect(try database.read { try $0.openPlan() }?.id == plan)
        }
    }

    // MARK: Conditions

    @Test func forHowManyEachConditionHeldIsRemembered() async throws {
        try await withRecords { _, database async throws in
            #expect(try database.read { try $0.lastConditions() } == [:])
            for counts in [["employeeType = \"former\"": 3, "ou = Ä": 0], ["ou = Ä": 70_000]] {
                try await database.write(at: time) { transaction in
                    let run = try transaction.beginRun(mode: "full")
                    try transaction.moveCursor(run: run, people: 7, groups: 2, conditions: counts)
                }
                #expect(try database.read { try $0.lastConditions() } == counts)
            }
            #expect(try database.read { try $0.lastPeopleCount() } == 7)
        }
    }

    // MARK: Logins

    @Test func whomLoginsChangedSinceALineIsTold() async throws {
        try await withDatabaseFile { file in
            let store = try file.open()
            let ann = try #require(try await store.logIn(corpPerson("ann"))?.user)
            let database = try SyncDatabase(path: file.path, source: "corp")
            let line = try database.read { try $0.lastAuditID() }
            #expect(line > 0)
            #expect(try database.read { try $0.usersChangedByLogins(after: 0) } == [ann.id])
            #expect(try database.read { try $0.usersChangedByLogins(after: line) } == [])
            let bob = try #require(try await store.logIn(corpPerson("bob"))?.user)
            #expect(try database.read { try $0.usersChangedByLogins(after: line) } == [bob.id])
            // Another source's run knows nothing of them, and what an administrator does is no login.
            let lab = try SyncDatabase(path: file.path, source: "lab")
            #expect(try lab.read { try $0.usersChangedByLogins(after: 0) } == [])
            let last = try database.read { try $0.lastAuditID() }
            try await store.apply(
                [AccountPlan(subject: .account(ann.id), changes: [.setFlag(.isStaff, from: false, to: true)])],
                cause: .administrator("test"))
            #expect(try database.read { try $0.usersChangedByLogins(after: last) } == [])
        }
    }
}
