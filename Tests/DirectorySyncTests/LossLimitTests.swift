import AuthCore
import SQLiteStore
import Testing

@testable import DirectorySync

@Suite struct LossLimitTests {
    @Test(arguments: [
        // Nothing but the minimum counts where there is little.
        (0, 5), (1, 5), (99, 5), (100, 5), (119, 5), (120, 6), (121, 6), (139, 6), (140, 7),
        // The percentage, rounded down, up to the count.
        (999, 49), (1000, 50), (1019, 50), (1_000_000, 50),
    ])
    func theAllowanceIsTheHigherOfTheMinimumAndTheLowerOfCountAndPercentage(_ total: Int, _ allowance: Int) {
        #expect(LossLimit(minimum: 5, count: 50, percent: 5).allowance(of: total) == allowance)
    }

    @Test func zeroAllowsNothingAndAHundredPercentEverything() {
        #expect(LossLimit(minimum: 0, count: 0, percent: 0).allowance(of: 1000) == 0)
        #expect(LossLimit(minimum: 0, count: 0, percent: 100).allowance(of: 1000) == 0)
        #expect(LossLimit(minimum: 0, count: 1000, percent: 0).allowance(of: 1000) == 0)
        #expect(LossLimit(minimum: 0, count: 1000, percent: 100).allowance(of: 1000) == 1000)
        #expect(LossLimit(minimum: 7, count: 3, percent: 100).allowance(of: 1000) == 7)
        #expect(LossLimit(minimum: 0, count: 1_000_000_000, percent: 100).allowance(of: 1_000_000) == 1_000_000)
        // In floating-point numbers 0.29 of 100 is a little less than 29.
        #expect(LossLimit(minimum: 0, count: 1000, percent: 29).allowance(of: 100) == 29)
    }

    @Test func theDefaultsAreThoseThatTheirDocumentationSays() {
        let limits = LossLimits()
        #expect(limits.deactivations == LossLimit(minimum: 5, count: 50, percent: 5))
        #expect(limits.memberships == LossLimit(minimum: 50, count: 1000, percent: 5))
        #expect(limits.permissions == LossLimit(minimum: 50, count: 500, percent: 5))
        #expect(limits.administrators == LossLimit(minimum: 1, count: 5, percent: 20))
        #expect(limits.values == LossLimit(minimum: 20, count: 500, percent: 5))
    }
}

@Suite struct LossesTests {
    private let plain = User(id: User.ID(1), username: "plain")
    private let staff = User(id: User.ID(2), username: "staff", isStaff: true)
    private let both = User(id: User.ID(3), username: "both", isStaff: true, isSuperuser: true)
    private let gone = AccountChange.deactivate(Deactivation(source: "corp", reason: .absent))
    private let leave = AccountChange.removeMembership(group: Group.ID(1), origin: "corp")
    private let revoke = AccountChange.revoke(Permission(appLabel: "a", codename: "b"), origin: "corp")
    private let demote = AccountChange.setFlag(.isStaff, from: true, to: false)
    private let dethrone = AccountChange.setFlag(.isSuperuser, from: true, to: false)

    private func losses(_ changes: [AccountChange], of user: User?) -> Losses {
        var losses = Losses()
        losses.add(changes, of: user)
        return losses
    }

    @Test func whoStaysLosesWhatIsTaken() {
        #expect(
            losses([leave, leave, revoke], of: plain)
                == Losses(deactivations: 0, memberships: 2, permissions: 1, administrators: 0))
    }

    @Test func whoIsDeactivatedIsCountedOnce() {
        #expect(
            losses([leave, gone, revoke], of: plain)
                == Losses(deactivations: 1, memberships: 0, permissions: 0, administrators: 0))
    }

    @Test func anAdministratorIsLostOnceHoweverThatHappens() {
        #expect(losses([gone], of: both).administrators == 1)
        #expect(losses([gone, demote, dethrone], of: both).administrators == 1)
        #expect(losses([demote], of: staff).administrators == 1)
        #expect(losses([dethrone], of: both).administrators == 1)
        #expect(losses([demote, dethrone], of: both).administrators == 1)
    }

    @Test func whoWasNoAdministratorOrInactiveIsNoneThatIsLost() {
        var inactive = staff
        inactive.isActive = false
        #expect(losses([gone], of: plain).administrators == 0)
        #expect(losses([demote], of: inactive).administrators == 0)
        #expect(losses([.setFlag(.isStaff, from: false, to: true)], of: plain).administrators == 0)
    }

    @Test func whatIsGivenIsNoLoss() {
        let given: [AccountChange] = [
            .create(NewAccount(username: "new", password: .unusable())), .addMembership(group: "g", origin: "corp"),
            .reactivate(source: "corp"), .grant(Permission(appLabel: "a", codename: "b"), origin: "corp", rule: nil),
        ]
        #expect(losses(given, of: nil) == Losses())
    }

    @Test func eachLimitIsExceededByOneMoreThanItAllows() {
        var limits = LossLimits()
        limits.deactivations = LossLimit(minimum: 1, count: 0, percent: 0)
        limits.administrators = LossLimit(minimum: 2, count: 0, percent: 0)
        limits.memberships = LossLimit(minimum: 3, count: 0, percent: 0)
        limits.permissions = LossLimit(minimum: 4, count: 0, percent: 0)
        limits.values = LossLimit(minimum: 5, count: 0, percent: 0)
        let allowed = Losses(deactivations: 1, memberships: 3, permissions: 4, administrators: 2, values: 5)
        #expect(allowed.exceeding(limits, of: SourceHoldings()).isEmpty)
        let reasons = [
            \Losses.deactivations: SyncReport.Reason.deactivations, \.memberships: .memberships,
            \.permissions: .permissions, \.administrators: .administrators, \.values: .values,
        ]
        for (path, reason) in reasons {
            var losses = allowed
            losses[keyPath: path] += 1
            #expect(losses.exceeding(limits, of: SourceHoldings()).map(\.reason) == [reason])
        }
    }

    @Test func eachLimitIsMeasuredAgainstItsOwnTotal() {
        var limits = LossLimits()
        limits.deactivations = LossLimit(minimum: 0, count: 100, percent: 10)
        limits.administrators = limits.deactivations
        limits.memberships = limits.deactivations
        limits.permissions = limits.deactivations
        var holdings = SourceHoldings()
        (holdings.activeAccounts, holdings.administrators, holdings.memberships, holdings.grants) = (10, 20, 30, 40)
        let allowed = Losses(deactivations: 1, memberships: 3, permissions: 4, administrators: 2)
        #expect(allowed.exceeding(limits, of: holdings).isEmpty)
        let tooMany = Losses(deactivations: 2, memberships: 4, permissions: 5, administrators: 3)
        #expect(
            tooMany.exceeding(limits, of: holdings).map(\.words) == [
                "2 of 10 active accounts would be deactivated; 1 are allowed.",
                "3 of 20 staff and superusers would be lost; 2 are allowed.",
                "4 of 30 memberships would be taken away; 3 are allowed.",
                "5 of 40 permissions would be taken away; 4 are allowed.",
            ])
    }
}
