import TestSupport
import Testing

/// `bind-test` says exactly what is wrong with the TLS of a directory.
@Suite struct TLSDiagnosisTests {
    private func withSite(
        _ certificate: Certificates.Server, startTLS: Bool, _ body: (Site) async throws -> Void
    ) async throws {
        var options = Slapd.Options()
        options.tls = true
        options.certificate = certificate
        let authority = try await Certificates.shared().authority
        try await withSlapd(loading: .base(adding: person("alice")), options: options) { slapd async throws in
            var settings = Settings(server: startTLS ? slapd.uri : try #require(slapd.ldapsURI))
            settings.directory = ["tls: {ca_file: \(authority), start_tls: \(startTLS)}"]
            try await Site.with(settings, body)
        }
    }

    @Test(
        arguments: [
            (Certificates.Server.expired, "expired at 2021-01-01T00:00:00Z"),
            (.wrongHost, "is for ldap.elsewhere.test, and not for 127.0.0.1"),
            (.selfSigned, "signed by its own key"),
        ], [false, true])
    func theCauseIsExact(_ problem: (certificate: Certificates.Server, words: String), _ startTLS: Bool) async throws {
        try await withSite(problem.certificate, startTLS: startTLS) { site async throws in
            let (attempt, status) = try await site.read(
                AttemptRead.self, "bind-test", "alice", password: "alice-secret")
            #expect(status == 5)
            #expect(attempt.reason == "tlsFailed")
            let diagnoses = attempt.steps.filter { $0.name == "tls diagnosis" }
            #expect(diagnoses.count == 1)
            #expect(diagnoses.allSatisfy { !$0.ok && $0.detail.contains(problem.words) })
            #expect(attempt.steps.last?.detail.contains(problem.words) == true)
            let text = try await site.run("bind-test", "alice", password: "alice-secret")
            #expect(text.output.contains(problem.words))
        }
    }

    @Test func whatWorksIsNotLookedAt() async throws {
        try await withSite(.valid, startTLS: false) { site async throws in
            let (attempt, status) = try await site.read(
                AttemptRead.self, "bind-test", "alice", password: "alice-secret")
            #expect(status == 0)
            #expect(!attempt.steps.contains { $0.name == "tls diagnosis" })
        }
    }
}
