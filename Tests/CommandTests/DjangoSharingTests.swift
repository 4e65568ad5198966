import TestSupport
import Testing

/// A database made by `dirbridge` works under Django, one made by Django works under `dirbridge`, and both have the same answers.
@Suite(.enabled(if: !DjangoSite.pythons.isEmpty, "DIRBRIDGE_DJANGO_PYTHON names no Python with Django"))
struct DjangoSharingTests {
    private static let people = 250
    private static let rootPassword = "root läßt ein"

    /// A site with a directory of a few hundred people, who are in groups of which three have permissions.
    private func withDistrict(_ body: (Site) async throws -> Void) async throws {
        let base = "dc=example,dc=org"
        let names = (0..<Self.people).map { "p\($0)" }
        let groups = (0..<8).map { number in
            let members = names.enumerated().filter { ($0.offset / (number + 1)) % 3 == 0 }.map(\.element)
            return "dn: cn=team-\(number),ou=groups,\(base)\nobjectClass: groupOfNames\ncn: team-\(number)\n"
                + members.map { "member: uid=\($0),ou=people,\(base)\n" }.joined() + "\n"
        }
        let ldif = names.map { person($0, lines: ["mail: \($0)@example.org"]) }.joined() + groups.joined()
        try await withSlapd(loading: .base(adding: ldif)) { slapd async throws in
            try await Site.with(Settings(server: slapd.uri), body)
        }
    }

    /// What `dirbridge` puts into an empty database: people of the directory, local ones, groups and permissions.
    private func fill(_ site: Site) async throws {
        for permission in ["payroll.view_payslip", "payroll.sign_payslip", "wiki.change_page"] {
            #expect(try await site.run("permission", "register", permission).status == 0)
        }
        #expect(try await site.run("sync").status == 0)
        #expect(try await site.logIn("p7", "p7-secret").backend == "corp")
        #expect(try await site.run("group", "create", "local").status == 0)
        for (permission, holder) in [
            ("payroll.view_payslip", ["--group", "team-2"]), ("wiki.change_page", ["--group", "team-5"]),
            ("payroll.sign_payslip", ["--group", "local"]), ("payroll.sign_payslip", ["--user", "p7"]),
        ] {
            #expect(try await site.run(["permission", "grant", permission] + holder).status == 0)
        }
        for name in ["rescue", "dora", "emil"] {
            #expect(try await site.run("user", "create", name, "--staff", password: "\(name) läßt ein").status == 0)
        }
        #expect(try await site.run("permission", "grant", "wiki.change_page", "--user", "dora").status == 0)
        #expect(try await site.run("user", "create-superuser", "root", password: Self.rootPassword).status == 0)
        for name in ["emil", "p9"] { #expect(try await site.run("user", "deactivate", name).status == 0) }
    }

    @Test(arguments: DjangoSite.pythons)
    func aDatabaseMadeHereWorksUnderDjango(_ python: String) async throws {
        try await withDistrict { site async throws in
            try await fill(site)
            let django = site.django(python)
            let accounts = ["auth_user", "auth_group", "auth_user_groups", "auth_user_user_permissions"]
            let before = try await dump(site, accounts)
            let migration = try await django.migrate()
            #expect(!migration.applied.isEmpty, "the admin's and the sessions' own tables")
            #expect(migration.applied.allSatisfy { $0.hasPrefix("admin.") || $0.hasPrefix("sessions.") })
            #expect(try await django.migrate().applied == [])
            #expect(try await dump(site, accounts) == before)

            let people = try await django.everybody()
            #expect(people.count == Self.people + 4)
            #expect(people.filter { !$0.permissions.isEmpty }.count > Self.people / 3)
            #expect(people == (try await site.everybody()))

            let answers = try await django.authenticate([
                .init(username: "rescue", password: "rescue läßt ein"), .init(username: "rescue", password: "rescue"),
                .init(username: "emil", password: "emil läßt ein"), .init(username: "p7", password: "p7-secret"),
            ])
            #expect(answers == [[true, true], [false, false], [false, true], [false, false]])
        }
    }

    @Test(arguments: DjangoSite.pythons)
    func theAdminWorksOnTheBridgesAccounts(_ python: String) async throws {
        try await withDistrict { site async throws in
            try await fill(site)
            let django = site.django(python)
            _ = try await django.migrate()
            let root = DjangoSite.Credentials(username: "root", password: Self.rootPassword)
            let done = try await django.administer(root, change: "dora", delete: "p7")
            #expect(done.listed && done.changed && done.deleted)
            #expect(done.entries == ["root: Changed “dora” — Changed Last name.", "root: Deleted “p7.”"])
            #expect(try await site.sqlite("PRAGMA foreign_key_check", "PRAGMA integrity_check") == "ok")
            #expect(try await site.everybody() == (try await django.everybody()))
            // The directory still has the person, who comes in as somebody new.
            let again = try await site.logIn("p7", "p7-secret")
            #expect(again.backend == "corp")
            #expect(try await site.read(UserShowRead.self, "user", "show", "p7").value.permissions == [])
            #expect(try await site.everybody() == (try await django.everybody()))
        }
    }

    @Test(arguments: DjangoSite.pythons)
    func aDatabaseMadeByDjangoIsAdoptedWithoutLoss(_ python: String) async throws {
        try await Site.with(Settings(server: "ldap://127.0.0.1:1", chain: "[local]")) { site async throws in
            let django = site.django(python)
            _ = try await django.migrate()
            var samples = try await django.populate(Self.people)
            _ = try await django.signIn(samples.filter { $0.username == "root" })
            let people = try await django.everybody()
            #expect(people.count == Self.people + samples.count)
            let before = try await dump(site)
            // The first command that writes makes the bridge's tables.
            #expect(try await site.run("user", "activate", "root").status == 0)
            #expect(try await site.sqlite("SELECT max(version) > 0 FROM bridge_migration") == "1")
            #expect(try await dump(site) == before)
            #expect(try await site.everybody() == people)
            #expect(try await django.migrate().applied == [])
            #expect(try await django.everybody() == people)

            #if !NativeHashers
            samples.removeAll { ["by_argon2", "by_bcrypt", "by_bcrypt_sha256"].contains($0.username) }
            #endif
            for person in samples {
                let password = try #require(person.password)
                #expect(try await site.logIn(person.username, password).status == 0, "\(person.username)")
                #expect(try await site.logIn(person.username, "?" + password).status == 3, "\(person.username)")
            }
            // What the login upgraded, and what was set here, counts there.
            #expect(try await site.run("user", "set-password", "root", password: "of dirbridge").status == 0)
            samples.removeAll { $0.username == "root" }
            samples.append(.init(username: "root", password: "of dirbridge"))
            #expect(try await django.authenticate(samples) == samples.map { _ in [true, true] })
        }
    }

    @Test(arguments: DjangoSite.pythons)
    func loggingInHereAndThereEndsNobodysSession(_ python: String) async throws {
        try await withDistrict { site async throws in
            try await fill(site)
            let django = site.django(python)
            _ = try await django.migrate()
            let rescue = DjangoSite.Credentials(username: "rescue", password: "rescue läßt ein")
            var sessions: [String?] = []
            for round in 1...3 {
                sessions += try await django.signIn([rescue, .init(username: "p7")])
                #expect(try await site.logIn("rescue", rescue.password ?? "").status == 0)
                #expect(try await site.logIn("p7", "p7-secret").status == 0)
                #expect(try await django.visit(sessions) == (1...round).flatMap { _ in ["rescue", "p7"] })
            }
            // A password that is changed here ends them, and only those of that person.
            #expect(try await site.run("user", "set-password", "rescue", password: "another").status == 0)
            #expect(try await django.visit(sessions) == (1...3).flatMap { _ in [nil, "p7"] })
        }
    }

    /// The tables with their rows: by default all of Django's, and the highest numbers that it gave out.
    private func dump(_ site: Site, _ tables: [String] = []) async throws -> String {
        guard tables.isEmpty else { return try await site.sqlite(".dump \(tables.joined(separator: " "))") }
        return try await site.sqlite(
            ".dump auth_% django_%", "SELECT * FROM sqlite_sequence WHERE name NOT LIKE 'bridge%' ORDER BY name")
    }
}
