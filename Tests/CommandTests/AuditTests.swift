import TestSupport
import Testing

/// The audit trail, as administrators read it.
@Suite struct AuditTests {
    private struct AuditRead: Decodable {
        struct Event: Decodable {
            let id: Int
            let event: String
            let username: String?
            let cause: String
            let details: [String: String]
        }
        let events: [Event]
    }

    private func events(_ site: Site, _ arguments: String...) async throws -> [AuditRead.Event] {
        let result = try await site.run(["audit", "--json"] + arguments)
        #expect(result.status == 0)
        return try await site.read(AuditRead.self, "audit").value.events.filter { event in
            result.output.contains("\"id\" : \(event.id),")
        }
    }

    @Test func whatChangedAndWhoFailedIsThereInOrder() async throws {
        try await Site.withCompany { _ in
        } _: { site async throws in
            #expect(try await site.logIn("carol", "carol-secret").status == 0)
            #expect(try await site.logIn("carol", "mistyped").status == 3)
            #expect(try await site.logIn("nobody-here", "mistyped").status == 3)
            _ = try await site.run("user", "deactivate", "carol")

            let all = try await events(site)
            #expect(all.first?.event == "user.create" && all.last?.event == "user.flag")
            #expect(all.map(\.id) == all.map(\.id).sorted())
            #expect(all.last?.cause.hasPrefix("administrator:") == true)
            let failed = try await events(site, "--event", "login.")
            #expect(failed.map(\.event) == ["login.rejected", "login.notFound"])
            #expect(failed.first?.details["reason"] == "wrongPassword" && failed.first?.cause == "login:corp")
            let carols = try await events(site, "--user", "CAROL")
            #expect(
                carols.contains { $0.event == "membership.add" } && carols.allSatisfy { $0.username != "nobody-here" })
            #expect(try await events(site, "--user", "nobody-here").map(\.event) == ["login.notFound"])
            #expect(try await events(site, "--limit", "1").map(\.event) == ["user.flag"])
            #expect(try await events(site, "--since", "1h").count == all.count)

            let text = try await site.run("audit", "--event", "login.notFound")
            #expect(text.output.hasSuffix("login.notFound  nobody-here  login:  reason=unknownUser\n"))
        }
    }

    @Test(arguments: [["--since", "yesterday"], ["--since", "-1h"], ["--limit", "-1"], ["--limit", "many"]])
    func whatIsNoQueryIsAUsageError(_ arguments: [String]) async throws {
        try await Site.withCompany { _ in
        } _: { site async throws in
            #expect(try await site.run(["audit"] + arguments).status == 2)
        }
    }
}
