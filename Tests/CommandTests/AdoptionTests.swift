import TestSupport
import Testing

/// Accounts that a site brought along, tied to the entries of the same name all at once.
@Suite struct AdoptionTests {
    private struct AdoptionRead: Decodable {
        struct Linked: Decodable {
            let id: Int
            let username: String
        }
        struct Left: Decodable { let username, reason: String }
        struct Outage: Decodable { let reason: String }
        let dryRun: Bool
        let linked: [Linked]
        let left: [Left]
        let alreadyLinked, notAsked: Int
        let outage: Outage?

        var reasons: [String: String] { Dictionary(uniqueKeysWithValues: left.map { ($0.username, $0.reason) }) }
    }

    /// Makes an account as a site brings it along.
    private func bring(
        _ name: String, password: String = "!", staff: Int = 0, superuser: Int = 0, active: Int = 1, _ site: Site
    ) async throws {
        try await site.sqlite(
            """
            INSERT INTO auth_user (password, is_superuser, username, first_name, last_name, email, is_staff, is_active,
                date_joined)
            VALUES ('\(password)', \(superuser), '\(name)', '', '', '', \(staff), \(active), '2026-01-01 00:00:00')
            """)
    }

    private func withSite(
        _ people: [String], options: Slapd.Options = Slapd.Options(), _ body: (Site, Slapd) async throws -> Void
    ) async throws {
        let mail = ["mail: by-mail@example.org"]
        let ldif = people.map { person($0, lines: $0 == "mailed" ? mail : []) }.joined()
        try await withSlapd(loading: .base(adding: ldif), options: options) { slapd async throws in
            try await Site.with(Settings(server: slapd.uri)) { site async throws in
                // Any command that writes makes the database.
                #expect(try await site.run("permission", "register", "payroll.view_payslip").status == 0)
                try await body(site, slapd)
            }
        }
    }

    private func adopt(_ site: Site, _ options: String...) async throws -> (AdoptionRead, Int32) {
        let result = try await site.run(["user", "adopt"] + options + ["--json"])
        let read = try site.decoded(AdoptionRead.self, result)
        return (read, result.status)
    }

    private let people = [
        "alice", "local", "boss", "root", "gone", "eve", "taken", "mailed", "later",
    ]

    private func bringEverybody(_ site: Site, _ slapd: Slapd) async throws {
        #expect(try await site.logIn("taken", "taken-secret").status == 0)
        try await site.sqlite("UPDATE auth_user SET username = 'holder'; DELETE FROM bridge_folded_name")
        try await bring("Alice", site)
        try await bring("local", password: "pbkdf2_sha256$1$salt$x", site)
        try await bring("boss", staff: 1, site)
        try await bring("root", staff: 1, superuser: 1, site)
        try await bring("gone", active: 0, site)
        try await bring("eve", site)
        try await bring("EVE", site)
        try await bring("taken", site)
        try await bring("stranger", site)
        try await bring("by-mail@example.org", site)
    }

    private let reasons = [
        "local": "hasPassword", "boss": "staff", "root": "superuser", "gone": "inactive", "eve": "twins",
        "EVE": "twins", "taken": "entryTaken", "stranger": "noEntry", "by-mail@example.org": "otherName",
    ]

    @Test func whatNobodyOwnsIsLinkedAndAllElseIsListed() async throws {
        try await withSite(people) { site, slapd async throws in
            try await bringEverybody(site, slapd)
            let dump = try await site.sqlite(".dump")
            let (dry, dryStatus) = try await adopt(site, "--dry-run")
            #expect(dryStatus == 0 && dry.dryRun && dry.linked.map(\.username) == ["Alice"] && dry.reasons == reasons)
            #expect(try await site.sqlite(".dump") == dump)

            let accounts = "SELECT * FROM auth_user WHERE username <> 'alice' AND username <> 'Alice' ORDER BY id"
            let before = try await site.sqlite(accounts)
            let (done, status) = try await adopt(site)
            #expect(status == 0 && !done.dryRun && done.outage == nil)
            #expect(done.linked.map(\.username) == ["Alice"] && done.reasons == reasons)
            #expect(done.alreadyLinked == 1 && done.notAsked == 0)
            #expect(try await site.sqlite(accounts) == before)
            #expect(try await site.sqlite("SELECT count(*) FROM bridge_user_link") == "2")
            #expect(try await site.run("audit", "--event", "user.link").output.contains("administrator:"))

            let login = try await site.logIn("alice", "alice-secret")
            #expect(login.status == 0 && login.id == done.linked.first?.id)
            let (again, _) = try await adopt(site)
            #expect(again.linked.isEmpty && again.alreadyLinked == 2 && again.reasons == reasons)
        }
    }

    @Test func peopleReadItAsATable() async throws {
        try await withSite(["alice", "boss"]) { site, _ async throws in
            let nothing = try await site.run("user", "adopt")
            #expect(nothing.status == 0 && nothing.output == "")
            try await bring("alice", site)
            try await bring("boss", staff: 1, site)
            let dry = try await site.run("user", "adopt", "--dry-run")
            #expect(
                dry.output == """
                    USERNAME  RESULT           ENTRY OR REASON
                    alice     would be linked  uid=alice,ou=people,dc=example,dc=org
                    boss      left             it is staff

                    """)
            let done = try await site.run("user", "adopt")
            #expect(done.output.contains("alice     linked  uid=alice,ou=people,dc=example,dc=org\n"))
            #expect(done.errors == "Linked 1 account to 'corp' and left 1 alone; 0 had a link before.\n")
        }
    }

    @Test func severalEntriesOfANameLinkNobody() async throws {
        let unit = "dn: ou=sales,ou=people,dc=example,dc=org\nobjectClass: organizationalUnit\nou: sales\n\n"
        let both = person("alice") + unit + person("alice", under: "ou=sales,ou=people,dc=example,dc=org")
        try await withSlapd(loading: .base(adding: both)) { slapd async throws in
            try await Site.with(Settings(server: slapd.uri)) { site async throws in
                _ = try await site.run("permission", "register", "payroll.view_payslip")
                try await bring("alice", site)
                let (adoption, status) = try await adopt(site)
                #expect(status == 0 && adoption.linked.isEmpty && adoption.reasons == ["alice": "severalEntries"])
            }
        }
    }

    @Test func anOutageEndsItAndSaysWhatWasDone() async throws {
        let names = (10..<40).map { "user\($0)" }
        var options = Slapd.Options()
        // The directory says that it has this entry, and refuses to show it.
        options.database = ["access to dn.exact=\"uid=user30,ou=people,dc=example,dc=org\" by * disclose"]
        try await withSite(names, options: options) { site, slapd async throws in
            let lines = Settings(server: slapd.uri).text.split(separator: "\n").filter { !$0.contains("filter: (") }
            try site.configure(
                lines.joined(separator: "\n").replacing(
                    "base: ou=people,dc=example,dc=org",
                    with: "dn_template: \"uid={username},ou=people,dc=example,dc=org\""))
            for name in names { try await bring(name, site) }
            let (partial, status) = try await adopt(site)
            #expect(status == 5 && partial.outage?.reason == "searchRefused")
            // The first sixteen, and of the next all but one; the rest waits.
            #expect(partial.linked.count >= 16 && !partial.linked.map(\.username).contains("user30"))
            #expect(partial.notAsked == names.count - partial.linked.count && partial.left.isEmpty)
            let linked = "SELECT username FROM auth_user JOIN bridge_user_link ON user_id = auth_user.id ORDER BY 1"
            let rows = try await site.sqlite(linked)
            #expect(rows.split(separator: "\n").map(String.init) == partial.linked.map(\.username))

            await slapd.stop()
            let (nothing, down) = try await adopt(site)
            #expect(down == 5 && nothing.outage?.reason == "serverDown" && nothing.linked.isEmpty)
            #expect(nothing.alreadyLinked == partial.linked.count && nothing.notAsked == partial.notAsked)
        }
    }
}
