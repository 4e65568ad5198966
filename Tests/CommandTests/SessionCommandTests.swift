import AuthCore
import DirectoryBridge
import Foundation
import TestSupport
import Testing

/// `dirbridge user sessions`, `user reset-link`: what an application opened with the library.
@Suite struct SessionCommandTests {
    private struct Listed: Decodable {
        struct Item: Decodable {
            let number: Int
            let created, lastSeen, expires, backend: String
            let address, device: String?
        }
        let username: String
        let sessions: [Item]
    }

    private func withSite(_ body: (Site) async throws -> Void) async throws {
        try await Site.withCompany {
            $0.accounts = ["secret_key_file: secret.key", "sessions: {lifetime: 8h}"]
        } _: { site async throws in
            try String(repeating: "k", count: 64).write(
                toFile: site.folder + "/secret.key", atomically: true, encoding: .utf8)
            try await body(site)
        }
    }

    /// Logs somebody in as an application would.
    private func open(_ site: Site, _ user: String, device: String?) async throws {
        let bridge = try Bridge(configuration: .load(file: site.configuration))
        let context = AuthenticationContext(clientAddress: "192.0.2.7", userAgent: device)
        let report = await bridge.logIn(
            username: LoginName(user), password: Secret(user + "-secret"), context: context)
        let opened = try await bridge.requireSessions().open(for: report, context: context, replacing: nil)
        #expect(opened != nil)
        await bridge.shutdown()
    }

    @Test func sessionsAreListedAndEnded() async throws {
        try await withSite { site async throws in
            for device in ["Firefox", "Safari", nil] { try await open(site, "alice", device: device) }
            try await open(site, "bob", device: "Lynx")
            let (list, status) = try await site.read(Listed.self, "user", "sessions", "ALICE")
            #expect(status == 0 && list.username == "alice" && list.sessions.count == 3)
            #expect(Set(list.sessions.compactMap(\.device)) == ["Firefox", "Safari"])
            #expect(list.sessions.allSatisfy { $0.backend == "corp" && $0.address == "192.0.2.7" })
            let table = try await site.run("user", "sessions", "alice").output
            #expect(table.contains("NUMBER") && table.contains("Firefox") && !table.contains("Lynx"))

            let bobs = try await site.read(Listed.self, "user", "sessions", "bob").value.sessions[0].number
            let others = try await site.run("user", "sessions", "alice", "--end", "\(bobs)")
            #expect(others.status == 3 && others.errors.contains("alice has no session \(bobs)"))
            let firefox = try #require(list.sessions.first { $0.device == "Firefox" }).number
            let ended = try await site.run("user", "sessions", "alice", "--end", "\(firefox)")
            #expect(ended.status == 0 && ended.errors == "Ended session \(firefox) of alice.\n")
            let all = try await site.run("user", "sessions", "alice", "--end-all")
            #expect(all.errors == "Ended 2 sessions of alice.\n")
            #expect(try await site.read(Listed.self, "user", "sessions", "alice").value.sessions.isEmpty)
            #expect(try await site.read(Listed.self, "user", "sessions", "bob").value.sessions.count == 1)
            #expect(try await site.run("audit", "--event", "session.").output.contains("session.end"))
        }
    }

    @Test func aResetLinkIsForLocalAccountsOnly() async throws {
        try await withSite { site async throws in
            _ = try await site.run("user", "create", "rescue", password: "correct horse")
            let made = try await site.run(
                "user", "reset-link", "rescue", "--base-url", "https://portal.example.org/")
            #expect(made.status == 0)
            #expect(
                made.output.wholeMatch(of: #/https://portal\.example\.org/reset/MQ/[0-9a-z]+-[0-9a-f]{32}/\n/#) != nil)
            #expect(try await site.run("audit", "--event", "password.").output.contains("password.reset_link"))
            #expect(try await site.logIn("alice", "alice-secret").status == 0)
            let refused = try await site.run("user", "reset-link", "alice", "--base-url", "https://portal.example.org")
            #expect(refused.status == 2 && refused.errors.contains("'alice' belongs to 'corp'"))
        }
    }

    @Test func whatNeedsASecretKeySaysSoAndWhatDoesNotWorks() async throws {
        try await Site.withCompany { site async throws in
            _ = try await site.run("user", "create", "rescue", password: "correct horse")
            for arguments in [["sessions", "rescue"], ["reset-link", "rescue", "--base-url", "https://a.example"]] {
                let refused = try await site.run(["user"] + arguments)
                #expect(refused.status == 2 && refused.errors.contains("add secret_key_file: FILE"))
            }
            for arguments in [["--end", "1", "--end-all"], ["--end", "1", "--json"]] {
                #expect(try await site.run(["user", "sessions", "rescue"] + arguments).status == 2)
            }
        }
    }
}
