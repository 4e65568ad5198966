import AuthCore
import LDAPBackend
import LDAPClient
import TestSupport
import Testing

/// What groups of a real server are called here, at logins and in scans.
@Suite struct NamedMirrorTests {
    @Test func mirrorsHaveTheLocalNamesAndRulesTheDirectorysOwn() async throws {
        let payroll = "cn=payroll,ou=groups,dc=example,dc=org"
        let naming = GroupNaming(table: [payroll: "Wages"], letterCase: .lower, prefix: "corp-")
        let view = try #require(Permission("payroll.view_payslip"))
        try await Company.on(
            try await SharedSlapd.company.server(),
            adjust: {
                $0.groupNaming = naming
                $0.require = .group("staff")
                $0.permissions = [PermissionRule(rule: .leaf(.pattern("pay*")), grant: [view])]
            }
        ) { company async throws in
            let report = await company.logIn("carol")
            let user = try #require(report.outcome.user)
            let external = try #require(report.external)
            let names = try await company.store.groups(of: user.id).map(\.name)
            #expect(Set(names) == Set(external.groups.map { $0.name == "payroll" ? "Wages" : "corp-\($0.name)" }))
            #expect(names.contains("Wages") && names.contains("corp-staff"))
            #expect(external.grants[view] != nil)
            #expect(await company.logIn("carol").changes == [])
            // A scan gives the same names.
            let scan = try await Scan(company.backend)
            for group in external.groups {
                #expect(scan.groups.first { $0.link.id == group.id }?.localName == group.localName)
            }
        }
    }

    @Test func anotherNamingRenamesTheMirrors() async throws {
        try await withSlapd(loading: .company) { slapd async throws in
            let store = InMemoryAccountStore()
            var before: [Group.ID] = []
            try await Company.on(slapd, store: store) { company async throws in
                let user = try #require(await company.outcome("carol").user)
                before = try await store.groups(of: user.id).map(\.id).sorted()
            }
            try await Company.on(slapd, store: store, adjust: { $0.groupNaming = GroupNaming(prefix: "x-") }) {
                company async throws in
                let user = try #require(await company.outcome("carol").user)
                let groups = try await store.groups(of: user.id)
                #expect(groups.map(\.id).sorted() == before && groups.allSatisfy { $0.name.hasPrefix("x-") })
            }
        }
    }

    @Test func groupsThatWouldGetOneNameAreNotMirroredAndItIsSaid() async throws {
        try await withSlapd(loading: .company) { slapd async throws in
            let twins = ["Twin-a", "Twin-b"].map { name in
                """
                dn: cn=\(name),\(Company.groups)
                objectClass: groupOfNames
                cn: \(name)
                member: uid=bob,ou=sales,\(Company.people)

                """
            }
            try await slapd.add(ldif: twins.joined(separator: "\n"))
            let rewrite = try GroupNameRewrite(pattern: "^Twin-.$", replacement: "twin")
            try await Company.on(slapd, adjust: { $0.groupNaming = GroupNaming(rewrite: rewrite) }) {
                company async throws in
                let report = await company.logIn("bob")
                let user = try #require(report.outcome.user)
                #expect(!(try await company.store.groups(of: user.id).map(\.name).contains("twin")))
                #expect(
                    report.warnings.contains(
                        "cn=Twin-a,\(Company.groups) and cn=Twin-b,\(Company.groups) would be mirrored as 'twin', so none of them is; make their names differ."
                    ))
                #expect(await company.logIn("bob").changes == [])
                // One of them alone may have the name, and keeps it when the other comes back.
                try await slapd.delete("cn=Twin-b,\(Company.groups)")
                _ = await company.logIn("bob")
                #expect(try await company.store.groups(of: user.id).map(\.name).contains("twin"))
                try await slapd.add(ldif: twins[1])
                let again = await company.logIn("bob")
                #expect(again.changes == [])
                #expect(again.warnings.contains { $0.hasPrefix("The group 'twin' is the mirror of cn=Twin-a,") })
            }
        }
    }
}
