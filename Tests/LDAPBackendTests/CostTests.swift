import AuthCore
import LDAPBackend
import TestSupport
import Testing

@Suite struct CostTests {
    /// Counted by the server itself (cn=Monitor).
    @Test func aWarmLoginCostsOneBindAndOneSearchForThePersonAndEachLevelOfGroups() async throws {
        try await withSlapd(loading: .company) { slapd async throws in
            try await Company.on(slapd) { company async throws in
                for _ in 0..<3 { _ = await company.logIn("alice") }
                let ten = try await slapd.counting {
                    for _ in 0..<10 { _ = await company.logIn("alice") }
                }
                // alice, her groups, the groups of these (staff), and the groups of staff, of which there are none.
                #expect(ten["Bind"] == 10)
                #expect(ten["Search"] == 40)
                #expect(ten.connections == 0)
            }
        }
    }

    @Test func noMemberValueCrossesTheWire() async throws {
        try await withSlapd(loading: .company) { slapd async throws in
            try await Company.on(slapd) { company async throws in
                _ = await company.logIn("alice")
                let asked = try slapd.log().split(separator: "\n").filter { $0.contains("SRCH attr=") }
                #expect(!asked.isEmpty)
                #expect(asked.allSatisfy { !$0.split(separator: " ").contains("member") && !$0.contains("attr=*") })
            }
        }
    }
}
