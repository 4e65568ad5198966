import AuthCore
import LDAPBackend
import TestSupport
import Testing

/// Attributes that nobody keeps any more keep nobody out.
@Suite struct LeftBehindTests {
    private func replace(_ name: String, _ value: String, _ login: String, _ server: any DirectoryServer) async throws {
        let dn = server.dn(of: try SmallCompany.person(login))
        try await server.modify(
            ldif: "dn: \(dn)\nchangetype: modify\nreplace: \(name)\n\(name): \(value)\n")
    }

    /// 389 Directory Server keeps `passwordExpirationTime` when the policy that set it is switched off, and lets the person in.
    @Test func theEndOfAPasswordWithoutAPolicyKeepsNobodyOut() async throws {
        try await withDirectory(.directoryServer389) { server in
            try await Site.on(server) { site async throws in
                for (login, time) in [("rena", "20200101000000Z"), ("milo", "19700101000000Z")] {
                    try await replace("passwordExpirationTime", time, login, server)
                    _ = try await site.enter(login)
                }
                // With a policy the same values mean what they say.
                for (login, reason) in [("paul", DenialReason.passwordExpired), ("mona", .mustChangePassword)] {
                    let report = await site.logIn(login, try SmallCompany.person(login).password)
                    #expect(report.outcome == .denied(reason))
                }
            }
        }
    }

    /// shadow(5) is of two minds about an account that ends on day 0.
    @Test(
        arguments: [
            ("0", nil, nil), ("0", .accountExpired, .shadow), ("-1", nil, nil), ("-1", nil, .shadow),
            ("1", .accountExpired, nil), ("99999", nil, nil),
        ] as [(String, DenialReason?, AccountStateDialect?)])
    func anAccountEndsWithShadowExpire(_ day: String, _ reason: DenialReason?, _ dialect: AccountStateDialect?)
        async throws
    {
        try await withDirectory(.openLDAP) { server in
            let dn = server.dn(of: try SmallCompany.person("rena"))
            try await server.modify(
                ldif: "dn: \(dn)\nchangetype: modify\nadd: objectClass\nobjectClass: shadowAccount\n-\n"
                    + "add: shadowExpire\nshadowExpire: \(day)\n")
            let adjust = { (configuration: inout LDAPBackendConfiguration) in
                if let dialect { configuration.accountState.dialects = .only([dialect]) }
            }
            try await Site.on(server, adjust: adjust) { site async throws in
                let report = await site.logIn("rena", try SmallCompany.person("rena").password)
                if let reason {
                    #expect(report.outcome == .denied(reason))
                } else {
                    #expect(report.outcome.user != nil, "\(report.outcome), \(report.explanation ?? "")")
                    #expect(report.warnings.contains { $0.contains("shadowExpire") } == (day == "0"))
                }
            }
        }
    }
}
