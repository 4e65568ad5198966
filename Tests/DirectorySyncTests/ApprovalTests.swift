import AuthCore
import Testing

@testable import DirectorySync

@Suite struct ApprovalTests {
    private func line(
        _ account: String, _ event: String, _ details: [String: String] = [:], name: String? = nil
    ) -> PlannedChange {
        PlannedChange(account: account, name: name ?? account, event: event, details: details)
    }

    @Test func whatWasApprovedAndIsStillSoIsNoDifference() {
        let plan = [line("a", "user.deactivate", ["reason": "absent", "evidence": "it is gone"]), line("b", "x.y")]
        #expect(Approval(plan).differences(from: plan.reversed(), approved: plan) { _ in false }.isEmpty)
    }

    @Test func namesAndWordsAreThereToBeReadOnly() {
        let approved = [
            line("a", "user.deactivate", ["reason": "absent", "evidence": "it is gone"]),
            line("b", "membership.remove", ["group_id": "1", "source": "corp", "group": "old"]),
        ]
        let now = [
            line("a", "user.deactivate", ["reason": "absent", "evidence": "moved"], name: "other"),
            line("b", "membership.remove", ["group_id": "1", "source": "corp", "group": "new"]),
        ]
        #expect(Approval(approved).differences(from: now, approved: approved) { _ in false }.isEmpty)
    }

    @Test(arguments: [
        ("a", "membership.add", ["group": "staff"]), ("b", "membership.add", ["group": "payroll"]),
        ("b", "membership.remove", ["group": "staff"]),
    ])
    func whoWhatAndFromWhatToWhatMustBeTheSame(_ account: String, _ event: String, _ details: [String: String]) {
        let approved = [line("b", "membership.add", ["group": "staff"])]
        let now = [line(account, event, details)]
        #expect(
            Approval(approved).differences(from: now, approved: approved) { _ in false }
                == ["b: membership.add no longer applies", "\(account): \(event) is new"])
    }

    @Test func whatIsMissingOrNewIsNamed() {
        let (first, second) = (line("a", "x.y"), line("b", "x.z"))
        #expect(
            Approval([first, second]).differences(from: [first], approved: [first, second]) { _ in false } == [
                "b: x.z no longer applies"
            ])
        #expect(
            Approval([first]).differences(from: [first, second], approved: [first]) { _ in false } == ["b: x.z is new"])
    }

    @Test func aChangeThatNobodyApprovedIsRefused() throws {
        let change = AccountChange.addMembership(group: "staff", origin: "corp")
        let approval = Approval([PlannedChange(account: "1", name: "alice", change)])
        func check(_ account: String, _ name: String, _ changes: AccountChange...) throws {
            try approval.check(changes.map { PlannedChange(account: account, name: name, $0) })
        }
        try check("1", "alicia", change)
        try check("2", "bob")
        #expect(throws: PlanOutdated.self) { try check("2", "alice", change) }
        #expect(throws: PlanOutdated.self) {
            try check("1", "alice", change, .addMembership(group: "payroll", origin: "corp"))
        }
    }

    @Test func whatIsApprovedAboutARemovalIsTheGroupAndNotItsName() throws {
        var line = PlannedChange(
            account: "1", name: "alice", .removeMembership(group: Group.ID(3), origin: "corp"))
        line.details["group"] = "staff"
        func removal(from group: Int64) -> PlannedChange {
            PlannedChange(account: "1", name: "alice", .removeMembership(group: Group.ID(group), origin: "corp"))
        }
        try Approval([line]).check([removal(from: 3)])
        #expect(throws: PlanOutdated.self) { try Approval([line]).check([removal(from: 4)]) }
    }

    @Test func whatWasDoneMeanwhileIsNoDifference() {
        let (first, second) = (line("a", "x.y"), line("b", "x.z"))
        let approval = Approval([first, second])
        #expect(approval.differences(from: [second], approved: [first, second]) { $0 == first } == [])
        #expect(
            approval.differences(from: [], approved: [first, second]) { $0 == first } == ["b: x.z no longer applies"])
    }
}
