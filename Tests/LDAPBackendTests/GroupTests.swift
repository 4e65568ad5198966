import AuthCore
import LDAPBackend
import LDAPClient
import TestSupport
import Testing

@Suite struct GroupTests {
    @Test func groupsAreReadDirectAndNestedWithTheirPaths() async throws {
        try await Company.on(try await SharedSlapd.company.server()) { company async throws in
            let external = try #require(await company.logIn("zofie", traced: true).external)
            let paths = Dictionary(uniqueKeysWithValues: external.groups.map { ($0.name, $0.path) })
            #expect(paths["platform-team"] == .direct)
            #expect(paths["engineering"] == .nested(["platform-team"]))
            #expect(paths["staff"] == .nested(["platform-team", "engineering"]))
            #expect(paths["R&D, \"Skunk\" + Works"] == .direct)
        }
    }

    @Test func theSameGroupsAreFoundWithAndWithoutATrace() async throws {
        try await Company.on(try await SharedSlapd.company.server()) { company async throws in
            for name in ["zofie", "alice", "circe", "astrid"] {
                let traced = try #require(await company.logIn(name, traced: true).external)
                let untraced = try #require(await company.logIn(name).external)
                #expect(Set(traced.groups.map(\.id)) == Set(untraced.groups.map(\.id)))
            }
        }
    }

    @Test func aCircleOfGroupsEnds() async throws {
        try await Company.on(try await SharedSlapd.company.server()) { company async throws in
            let groups = try #require(await company.logIn("circe").external).groups.map(\.name)
            #expect(groups.filter { $0.hasPrefix("circle") }.sorted() == ["circle-a", "circle-b"])
        }
    }

    @Test func nestingCanBeLeftOut() async throws {
        try await Company.on(
            try await SharedSlapd.company.server(), adjust: { $0.groups?.isNested = false }
        ) { company async throws in
            let groups = try #require(await company.logIn("zofie").external).groups.map(\.name)
            #expect(groups.contains("platform-team") && !groups.contains("staff"))
        }
    }

    @Test func nestingBeyondTheLimitIsReportedAndNothingIsRemoved() async throws {
        try await Company.on(
            try await SharedSlapd.company.server(), adjust: { $0.groups?.maximumDepth = 1 }
        ) { company async throws in
            let report = await company.logIn("zofie", traced: true)
            let external = try #require(report.external)
            #expect(!external.groupsAreComplete)
            #expect(report.warnings.contains { $0.contains("nested deeper than 1") })
        }
    }

    @Test func membershipsFollowTheDirectoryAndLocalOnesStay() async throws {
        try await withSlapd(loading: .company) { slapd async throws in
            try await Company.on(slapd) { company async throws in
                let user = try #require(await company.outcome("bob").user)
                try await company.store.apply(
                    [
                        AccountPlan(
                            subject: .account(user.id),
                            changes: [
                                .createGroup(name: "choir", link: ExternalLink(source: "elsewhere", id: "1")),
                                .addMembership(group: "choir", origin: nil),
                            ])
                    ], cause: .administrator("test"))
                #expect(try await company.store.groups(of: user.id).map(\.name).contains("sales"))
                try await slapd.modify(
                    ldif: """
                        dn: cn=sales,ou=groups,dc=example,dc=org
                        changetype: modify
                        delete: member
                        member: uid=bob,ou=sales,ou=people,dc=example,dc=org

                        dn: cn=payroll,ou=groups,dc=example,dc=org
                        changetype: modify
                        add: member
                        member: uid=bob,ou=sales,ou=people,dc=example,dc=org

                        """)
                _ = await company.logIn("bob")
                let names = try await company.store.groups(of: user.id).map(\.name)
                #expect(names.contains("payroll") && names.contains("choir"))
                #expect(!names.contains("sales") && !names.contains("staff"))
            }
        }
    }
}
