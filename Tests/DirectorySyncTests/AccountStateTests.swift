import AuthCore
import DirectorySync
import TestSupport
import Testing

/// What the directory's record of an account does to the account here.
@Suite struct AccountStateTests {
    private let alice = member("uid=alice")
    /// The first of January 1970, and 2099.
    private static let over = "1"
    private static let farAway = "47117"

    /// With the shadow attributes; slapadd wants the object classes side by side.
    private static func aliceEntry(_ lines: String...) -> String {
        let inetOrgPerson = "objectClass: inetOrgPerson"
        return person("alice", lines: lines)
            .replacing(inetOrgPerson, with: "\(inetOrgPerson)\nobjectClass: shadowAccount")
    }

    private func withOffice(_ body: (SyncSite) async throws -> Void) async throws {
        let ldif =
            Self.aliceEntry()
            + people("bob", "carol", "dave", "erin", "frank")
            + group("payroll", "uid=alice", "uid=bob")
        try await withSyncSite(loading: .base(adding: ldif)) { site async throws in
            try await site.sync()
            try await body(site)
        }
    }

    @Test(arguments: [
        ("pwdAccountLockedTime", "000001010000Z", "accountLocked"), ("shadowExpire", over, "accountExpired"),
    ])
    func whomTheDirectoryKeepsOutIsDeactivatedAndComesBack(
        _ attribute: String, _ value: String, _ reason: String
    ) async throws {
        try await withOffice { site async throws in
            let before = try #require(try site["alice"])
            try await site.set(attribute, of: alice, to: [value])
            let report = try await site.sync()
            #expect(report.isApplied && report.isComplete && report.counts.deactivated == 1)
            let out = try #require(try site["alice"])
            #expect(!out.isActive && out.deactivation == "corp: \(reason)" && out.groups.isEmpty)
            #expect(try await site.logIn("alice") == .denied(DenialReason(rawValue: reason) ?? .ruleUnknown))
            #expect(try await site.hasNothingToDo())

            try await site.set(attribute, of: alice, to: [])
            #expect(try await site.sync().counts.reactivated == 1)
            let back = try #require(try site["alice"])
            #expect(back.isActive && back.deactivation == nil && back.groups == before.groups)
            #expect(try await site.logIn("alice").user != nil)
        }
    }

    @Test(arguments: [
        ("pwdReset", "TRUE", DenialReason.mustChangePassword), ("shadowLastChange", "0", .mustChangePassword),
    ])
    func whatAPersonOrTheClockMendsTakesNoAccountAway(
        _ attribute: String, _ value: String, _ reason: DenialReason
    ) async throws {
        try await withOffice { site async throws in
            try await site.set(attribute, of: alice, to: [value])
            #expect(try await site.hasNothingToDo())
            #expect(try await site.logIn("alice") == .denied(reason))
            #expect(try site["alice"]?.isActive == true)
        }
    }

    @Test func wrongPasswordsTakeNoAccountAway() async throws {
        try await withOffice { site async throws in
            for number in 1...5 { _ = try await site.logIn("alice", password: "wrong\(number)") }
            #expect(try await site.logIn("alice") == .denied(.accountLocked))
            #expect(try await site.hasNothingToDo())
            #expect(try site["alice"]?.isActive == true)
        }
    }

    @Test func whoIsDisabledBeforeTheFirstRunGetsNoAccount() async throws {
        let ldif =
            people("bob", "carol")
            + Self.aliceEntry("shadowExpire: \(Self.over)")
        try await withSyncSite(loading: .base(adding: ldif)) { site async throws in
            let report = try await site.sync()
            #expect(report.counts.created == 2 && report.counts.excluded == 1)
            #expect(try site.usernames() == ["bob", "carol"])
            try await site.set("shadowExpire", of: alice, to: [Self.farAway])
            #expect(try await site.sync().counts.created == 1)
        }
    }
}
