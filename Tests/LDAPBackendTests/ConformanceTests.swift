import AuthCore
import AuthTesting
import TestSupport
import Testing

@Suite struct ConformanceTests {
    @Test func theBackendConforms() async throws {
        try await withSlapd(loading: .company) { slapd async throws in
            // The suite tries more wrong passwords than the company's policy allows.
            try await slapd.modify(
                ldif: """
                    dn: cn=default,ou=policies,dc=example,dc=org
                    changetype: modify
                    replace: pwdLockout
                    pwdLockout: FALSE

                    """)
            try await Company.on(slapd) { company async throws in
                try await BackendConformance(
                    company.backend,
                    accepted: ["alice", "zofie", "o'brien", "x.y+z"].map {
                        PasswordCredentials(username: $0, password: $0 + "-secret")
                    },
                    refused: [
                        PasswordCredentials(username: "nobody-here", password: "any"),
                        PasswordCredentials(username: "resetrita", password: "resetrita-secret"),
                        PasswordCredentials(username: "jsmith", password: "jsmith-secret"),
                    ]
                ).run()
            }
        }
    }
}
