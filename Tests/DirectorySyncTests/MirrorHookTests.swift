import AuthCore
import DirectorySync
import LDAPBackend
import TestSupport
import Testing

/// An application's hook: what a login makes of it is what a sync makes of it.
@Suite struct MirrorHookTests {
    private static let vip = ExternalGroup(id: "shop:vip", name: "VIP customers")

    private static let hook = MirrorHook(groups: [vip]) { person in
        if person.username == "mallory" { person.refuse("The shop has blocked mallory.") }
        person.profile["tier"] = person.username == "alice" ? "gold" : .some(nil)
        if person.username == "alice" { person.groups.append(vip) }
        if person.username == "bob" { person.groups.removeAll { $0.name == "sales" } }
    }

    private struct Mistake: Error {}

    private static func backend(_ site: SyncSite, _ hook: MirrorHook?) -> LDAPBackend {
        LDAPBackend(configuration: site.configuration, client: site.client, memory: site.store, hook: hook)
    }

    private static func logIn(_ site: SyncSite, _ name: String, _ hook: MirrorHook?) async -> AuthenticationOutcome {
        let chain = Authenticator(
            backends: [backend(site, hook)], store: site.store, deadline: LoginDeadline(.seconds(30)))
        return await chain.authenticate(PasswordCredentials(username: name, password: "\(name)-secret")).outcome
    }

    private static func withSite(_ body: (SyncSite) async throws -> Void) async throws {
        let ldif = people("alice", "bob", "mallory", "p1", "p2", "p3") + group("sales", "uid=alice", "uid=bob")
        try await withSyncSite(loading: .base(adding: ldif), { _ in }, body)
    }

    /// Whether a sync finds nothing to do and changes no row but its own record.
    private static func hasNothingToDo(_ site: SyncSite, _ hook: MirrorHook) async throws -> Bool {
        let before = try site.dump()
        let report = try await site.sync(from: backend(site, hook))
        let after = try site.dump()
        return report.isApplied && report.changes.isEmpty && before == after
    }

    @Test func aSyncLeavesWhatLoginsMadeAndALoginLeavesWhatASyncMade() async throws {
        try await Self.withSite { site async throws in
            #expect(await Self.logIn(site, "alice", Self.hook).user != nil)
            #expect(await Self.logIn(site, "bob", Self.hook).user != nil)
            let alice = try #require(try site["alice"])
            #expect(alice.profile == ["tier": "gold"])
            #expect(alice.groups == ["VIP customers <- corp", "sales <- corp"])
            #expect(try site["bob"]?.groups == [])

            let report = try await site.sync(from: Self.backend(site, Self.hook))
            #expect(report.isApplied && report.counts.created == 3 && report.counts.excluded == 1)
            #expect(try site["alice"] == alice && site["mallory"] == nil && site["bob"]?.groups == [])
            #expect(try await Self.hasNothingToDo(site, Self.hook))

            let before = try site.dump()
            #expect(await Self.logIn(site, "p1", Self.hook).user != nil)
            #expect(await Self.logIn(site, "mallory", Self.hook) == .denied(.refusedByApplication))
            #expect(try site.dump() == before)
        }
    }

    @Test func aSyncAloneMakesTheGroupsThatTheHookDeclares() async throws {
        try await Self.withSite { site async throws in
            try await site.sync(from: Self.backend(site, Self.hook))
            #expect(try site["alice"]?.groups == ["VIP customers <- corp", "sales <- corp"])
            let before = try site.dump()
            #expect(await Self.logIn(site, "alice", Self.hook).user != nil)
            #expect(try site.dump() == before)
            // The directory's own group of that name does not get the hook's mirror, nor push it aside.
            try await site.slapd.add(ldif: group("VIP customers", "uid=p1"))
            let report = try await site.sync(from: Self.backend(site, Self.hook))
            #expect(report.changes.isEmpty && report.warnings.contains { $0.contains("is the mirror of shop:vip") })
            #expect(try site["p1"]?.groups == [])
            #expect(try site["alice"]?.groups == ["VIP customers <- corp", "sales <- corp"])
        }
    }

    @Test func whomTheHookRefusesNowIsDeactivatedAndWhoIsRefusedNoMoreComesBack() async throws {
        try await Self.withSite { site async throws in
            try await site.sync(from: Self.backend(site, nil))
            #expect(try site["mallory"]?.isActive == true)
            try await site.sync(from: Self.backend(site, Self.hook))
            #expect(try site["mallory"]?.isActive == false)
            try await site.sync(from: Self.backend(site, nil))
            #expect(try site["mallory"]?.isActive == true)
        }
    }

    @Test func aHookThatFailsForSomebodyLeavesThemAsTheyAre() async throws {
        try await Self.withSite { site async throws in
            try await site.sync(from: Self.backend(site, Self.hook))
            let before = try #require(try site["alice"])
            try await site.slapd.modify(
                ldif: "dn: \(member("uid=alice"))\nchangetype: modify\nreplace: givenName\ngivenName: Alice\n")
            let failing = MirrorHook(groups: [Self.vip]) { person in
                if person.username == "alice" { throw Mistake() }
            }
            let report = try await site.sync(from: Self.backend(site, failing))
            #expect(report.isApplied)
            #expect(
                report.quarantined.map(\.reason) == ["The application's hook failed for 'alice': Mistake()"])
            #expect(try site["alice"] == before)
            #expect(await Self.logIn(site, "alice", failing) == .unavailable(.hookFailed))
            #expect(try site["alice"] == before)
        }
    }
}
