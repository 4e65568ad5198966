import AuthCore
import LDAPBackend
import LDAPClient
import Logging
import TestSupport
import Testing

/// A directory that is asked what it is.
@Suite struct RecognitionTests {
    /// Runs `body` with a chain on the server, whatever kind it is.
    private func withChain(
        _ uri: String, among presets: [DirectoryPreset] = DirectoryPreset.allCases,
        _ body: (LDAPBackend, Authenticator) async throws -> Void
    ) async throws {
        let client = LDAPClient(configuration: try Company.clientConfiguration(uri), logger: Logger(label: "test"))
        var candidates: [DirectoryPreset: LDAPBackendConfiguration] = [:]
        for preset in presets {
            var configuration = try Company.configuration()
            configuration.users = UserSearch(
                .search(
                    base: try DistinguishedName(Company.people),
                    filter: try FilterTemplate(preset.filter(username: preset.usernameAttribute))),
                idAttribute: preset.idAttribute)
            configuration.attributes.username = preset.usernameAttribute
            configuration.groups?.type = preset.groupType
            candidates[preset] = configuration
        }
        let store = InMemoryAccountStore()
        let backend = try #require(LDAPBackend(recognisedAmong: candidates, client: client, memory: store))
        do {
            try await body(
                backend,
                Authenticator(backends: [backend], store: store, deadline: LoginDeadline(.seconds(120))))
        } catch {
            await client.shutdown()
            throw error
        }
        await client.shutdown()
    }

    private func logIn(_ chain: Authenticator, _ name: String) async -> AuthenticationReport {
        await chain.authenticate(PasswordCredentials(username: LoginName(name), password: Secret(name + "-secret")))
    }

    @Test func theRootDSETellsTheKindAndThenItHolds() async throws {
        try await withChain(try await SharedSlapd.company.server().uri) { backend, chain in
            let user = try #require(await logIn(chain, "alice").outcome.user)
            #expect(user.username == "alice")
            let recognised = try #require(try await backend.recognised())
            #expect(recognised.preset == .openldap)
            #expect(recognised.ground == "the object class OpenLDAProotDSE")
            #expect(try await backend.configuration().users.idAttribute == "entryUUID")
        }
    }

    @Test func aKindThatNobodyPreparedForIsAnOutageThatNamesTheOthers() async throws {
        try await withChain(try await SharedSlapd.company.server().uri, among: [.activeDirectory, .freeipa]) {
            _, chain in
            let report = await logIn(chain, "alice")
            #expect(report.outcome == .unavailable(.searchRefused))
            let explanation = try #require(report.explanation)
            #expect(explanation.contains("the object class OpenLDAProotDSE"))
            #expect(explanation.contains("name the preset that fits: active-directory, freeipa."))
        }
    }

    @Test func aDirectoryThatIsDownIsRecognisedWhenItIsBack() async throws {
        try await withSlapd(loading: .company) { slapd async throws in
            await slapd.stop()
            try await withChain(slapd.uri) { backend, chain in
                guard case .unavailable = await logIn(chain, "alice").outcome else {
                    Issue.record("nobody could know what it is")
                    return
                }
                try await slapd.start()
                try await eventually("the directory is back") {
                    await logIn(chain, "alice").outcome.user?.username == "alice"
                }
                #expect(try await backend.recognised()?.preset == .openldap)
            }
        }
    }
}
