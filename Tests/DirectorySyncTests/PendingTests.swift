import AuthCore
import DirectorySync
import LDAPBackend
import TestSupport
import Testing

/// People whose accounts wait for an administrator.
@Suite struct PendingTests {
    private func withPending(_ body: (SyncSite) async throws -> Void) async throws {
        let ldif = people("alice", "bob") + group("sales", "uid=alice", "uid=bob")
        try await withSyncSite(loading: .base(adding: ldif), { $0.mirrorPolicy.newUsers = .pending }, body)
    }

    @Test func aLoginMakesAnAccountThatWaitsAndAnAdministratorLetsItIn() async throws {
        try await withPending { site async throws in
            #expect(try await site.logIn("alice") == .denied(.pendingApproval))
            let made = try #require(try site["alice"])
            #expect(!made.isActive && made.deactivation == "corp: pendingApproval" && made.externalID != nil)
            #expect(made.groups == ["sales <- corp"])
            let before = try site.dump()
            #expect(try await site.logIn("alice") == .denied(.pendingApproval))
            #expect(try site.dump() == before)

            try await site.administer("alice", .setFlag(.isActive, from: false, to: true))
            #expect(try await site.logIn("alice").user?.id.rawValue == made.id)
            #expect(try site["alice"]?.deactivation == nil)
            // Approved once, approved for good.
            try await site.sync()
            #expect(try site["alice"]?.isActive == true)
        }
    }

    @Test func aSyncMakesAccountsThatWaitAndKeepsThemAsTheDirectoryIs() async throws {
        try await withPending { site async throws in
            let first = try await site.sync()
            #expect(first.isApplied && first.counts.created == 2 && first.counts.deactivated == 0)
            #expect(try site.accounts().allSatisfy { !$0.isActive && $0.deactivation == "corp: pendingApproval" })
            #expect(try await site.hasNothingToDo())
            #expect(try await site.logIn("bob") == .denied(.pendingApproval))

            try await site.slapd.modify(
                ldif: """
                    dn: \(member("uid=bob"))
                    changetype: modify
                    replace: mail
                    mail: bob@example.org

                    dn: \(member("cn=sales"))
                    changetype: modify
                    delete: member
                    member: \(member("uid=bob"))

                    """)
            try await site.sync()
            let bob = try #require(try site["bob"])
            #expect(bob.email == "bob@example.org" && bob.groups == [] && !bob.isActive)
            #expect(bob.deactivation == "corp: pendingApproval")
        }
    }

    /// Whoever leaves and comes back has not been approved by that.
    @Test func whoIsGoneAndReturnsStillWaits() async throws {
        try await withPending { site async throws in
            let carol = person("carol", id: "11111111-2222-4333-8444-555555555555")
            try await site.slapd.add(ldif: carol, isRelaxed: true)
            try await site.sync()
            let id = try #require(try site["carol"]?.id)
            try await site.slapd.delete(member("uid=carol"))
            try await site.sync()
            try await site.slapd.add(ldif: carol, isRelaxed: true)
            try await site.sync()
            #expect(try site["carol"]?.id == id && site["carol"]?.isActive == false)
            #expect(try await site.logIn("carol") == .denied(.pendingApproval))
        }
    }

    @Test func whoHasAnAccountAlreadyNeedsNoApproval() async throws {
        try await withPending { site async throws in
            try await site.sync { $0.mirrorPolicy.newUsers = .create }
            #expect(try await site.logIn("alice").user != nil)
            #expect(try await site.hasNothingToDo())
        }
    }
}
