import TestSupport
import Testing

/// Why somebody has a permission: through which group, who put them there, how the directory says they are in it now.
@Suite struct PermissionCheckTests {
    private let view = "payroll.view_payslip"
    private let people = "ou=people,dc=example,dc=org"
    private let groups = "ou=groups,dc=example,dc=org"

    /// Alice is in payroll, and in staff through engineering. Both groups, and a rule, give what she holds.
    private func withAlice(_ body: (Site, Slapd) async throws -> Void) async throws {
        try await withSlapd(loading: .company) { slapd async throws in
            var settings = Settings(server: slapd.uri, timeout: "20s")
            settings.addCompanyRules()
            try await Site.with(settings) { site async throws in
                _ = try await site.run("permission", "register", view)
                #expect(try await site.logIn("alice", "alice-secret").status == 0)
                for group in ["payroll", "staff"] {
                    #expect(try await site.run("permission", "grant", view, "--group", group).status == 0)
                }
                try await body(site, slapd)
            }
        }
    }

    private func check(_ site: Site, _ user: String = "alice") async throws -> DecisionRead {
        let (decision, status) = try await site.read(DecisionRead.self, "permission", "check", user, view)
        #expect(status == (decision.granted ? 0 : 3))
        return decision
    }

    private func texts(_ site: Site) async throws -> [String] {
        let decision = try await check(site)
        #expect(decision.granted)
        return decision.grounds.map(\.text)
    }

    private func removeAlice(from group: String, _ slapd: Slapd) async throws {
        try await slapd.modify(
            ldif: """
                dn: cn=\(group),\(groups)
                changetype: modify
                delete: member
                member: uid=alice,ou=engineering,\(people)

                """)
    }

    @Test func eachGroundNamesTheGroupWhoPutThePersonThereAndHow() async throws {
        try await withAlice { site, _ async throws in
            let decision = try await check(site)
            #expect(
                decision.grounds.map(\.text) == [
                    "local: by the rule of corp: group 'payroll'; 'corp' has them now in 'payroll' (direct)",
                    "local: through the group 'payroll', which 'corp' put them in; 'corp' has them now in 'payroll' (direct)",
                    "local: through the group 'staff', which 'corp' put them in; 'corp' has them now in 'staff' (through engineering)",
                ])
            #expect(decision.grounds.map(\.kind) == ["rule", "group", "group"])
            #expect(decision.grounds.map(\.via) == ["direct", "direct", "through engineering"])
            #expect(decision.grounds.map(\.group) == ["payroll", "payroll", "staff"])
            #expect(decision.grounds.map(\.groupDn) == ["payroll", "payroll", "staff"].map { "cn=\($0),\(groups)" })
            #expect(decision.grounds.map(\.rule) == ["group 'payroll'", nil, nil])
            #expect(decision.grounds.allSatisfy { $0.source == "corp" && $0.backend == "local" })
            let text = try await site.run("permission", "check", "alice", view)
            #expect(
                text.output
                    == "alice has \(view):\n" + decision.grounds.map { "  \($0.text)\n" }.joined())
        }
    }

    @Test func whatWasDoneByHandIsToldApart() async throws {
        try await withAlice { site, _ async throws in
            _ = try await site.run("user", "create", "rescue", password: "correct horse")
            _ = try await site.run("group", "create", "choir")
            for group in ["choir", "staff"] {
                try await site.sqlite(
                    """
                    INSERT INTO auth_user_groups (user_id, group_id)
                    SELECT u.id, g.id FROM auth_user u, auth_group g WHERE u.username = 'rescue' AND g.name = '\(group)'
                    """)
            }
            _ = try await site.run("permission", "grant", view, "--group", "choir")
            _ = try await site.run("permission", "grant", view, "--user", "rescue")
            let grounds = try await check(site, "rescue").grounds
            #expect(
                grounds.map(\.text) == [
                    "local: given here", "local: through the group 'choir', put in here by hand",
                    "local: through the group 'staff', put in here by hand",
                ])
            #expect(grounds.map(\.kind) == ["given", "group", "group"])
            #expect(grounds.allSatisfy { $0.source == nil && $0.via == nil })
            #expect(grounds.map(\.groupDn) == [nil, nil, "cn=staff,\(groups)"])
        }
    }

    /// What the directory says now is told, and what is stored here decides.
    @Test func whatTheDirectoryNoLongerSaysIsSaid() async throws {
        try await withAlice { site, slapd async throws in
            try await removeAlice(from: "engineering", slapd)
            try await removeAlice(from: "payroll", slapd)
            #expect(
                try await texts(site) == [
                    "local: by the rule of corp: group 'payroll'; the rule no longer holds, by what 'corp' says now",
                    "local: through the group 'payroll', which 'corp' put them in; 'corp' no longer lists them there",
                    "local: through the group 'staff', which 'corp' put them in; 'corp' no longer lists them there",
                ])
            try site.configure(Settings(server: slapd.uri).text)
            #expect(try await texts(site)[0].hasSuffix("; the configuration no longer has the rule"))
            try await slapd.delete("uid=alice,ou=engineering,\(people)")
            #expect(try await texts(site).allSatisfy { $0.hasSuffix("; 'corp' no longer lists the person") })
            try await slapd.add(ldif: person("alice"))
            // Another person of the same name.
            #expect(try await texts(site).allSatisfy { $0.hasSuffix("; 'corp' no longer lists the person") })
        }
    }

    @Test func anOutageIsSaidAndChangesNothing() async throws {
        try await withAlice { site, slapd async throws in
            slapd.pause()
            let before = ContinuousClock.now
            let silent = try await texts(site)
            // Three seconds, where an operation may take twenty.
            #expect(ContinuousClock.now - before < .seconds(15))
            slapd.resume()
            #expect(silent.count == 3)
            #expect(silent.allSatisfy { $0.contains("; 'corp' cannot be asked how that is now: ") })
            await slapd.stop()
            #expect(
                try await texts(site).allSatisfy { $0.contains("'corp' cannot be asked") && $0.contains(slapd.uri) })
            let refused = try await site.run("permission", "check", "alice", "payroll.change_payslip")
            #expect(refused.status == 3)
        }
    }

    @Test func nobodyIsAskedAboutWhatNoDirectoryGave() async throws {
        try await withToyServer(.countsOnly) { toy async throws in
            try await Site.with(Settings(server: toy.uri)) { site async throws in
                _ = try await site.run("permission", "register", view)
                _ = try await site.run("user", "create", "rescue", password: "correct horse")
                #expect(try await check(site, "rescue").grounds.map(\.kind) == ["nobody"])
                _ = try await site.run("permission", "grant", view, "--user", "rescue")
                try await site.sqlite(
                    "INSERT INTO bridge_user_link SELECT id, 'corp', '1', 'uid=rescue' FROM auth_user")
                #expect(try await check(site, "rescue").grounds.map(\.text) == ["local: given here"])
            }
            #expect(toy.connectionCount == 0)
        }
    }
}
