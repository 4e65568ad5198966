import AuthCore
import LDAPBackend
import LDAPClient
import Logging
import TestSupport
import Testing

@Suite struct OutageTests {
    private func outage(
        _ uri: String, password: String = "bridge-secret", timeout: Duration = .seconds(5),
        adjust: (inout LDAPBackendConfiguration) throws -> Void = { _ in }
    ) async throws -> AuthenticationReport {
        var settings = try Company.clientConfiguration(uri, password: password)
        settings.connection.timeouts.operation = timeout
        let client = LDAPClient(configuration: settings, logger: Logger(label: "test"))
        var configuration = try Company.configuration()
        try adjust(&configuration)
        let store = InMemoryAccountStore()
        let backend = LDAPBackend(configuration: configuration, client: client, memory: store)
        // Wide, so that what the client finds out is what counts, however busy the machine is.
        let report = await Authenticator(backends: [backend], store: store, deadline: LoginDeadline(.seconds(120)))
            .authenticate(PasswordCredentials(username: "carol", password: "carol-secret"))
        await client.shutdown()
        return report
    }

    @Test func aServerThatIsDownIsAnOutage() async throws {
        let toy = try ToyServer.start(.countsOnly)
        toy.stop()
        let report = try await outage(toy.uri)
        #expect(report.outcome == .unavailable(.serverDown), "\(report.explanation ?? "")")
    }

    @Test func aServerThatSaysNothingIsAnOutage() async throws {
        try await withToyServer(.countsOnly) { toy async throws in
            #expect(try await outage(toy.uri, timeout: .milliseconds(300)).outcome == .unavailable(.timedOut))
        }
    }

    @Test func aRefusedServiceAccountIsNotAWrongPassword() async throws {
        let report = try await outage(try await SharedSlapd.company.server().uri, password: "wrong")
        #expect(report.outcome == .unavailable(.serviceBindRefused))
        #expect(report.explanation?.contains("wrong") != true)
    }

    @Test func aBaseThatDoesNotExistIsNotAnUnknownUser() async throws {
        let report = try await outage(try await SharedSlapd.company.server().uri) {
            $0.users.method = .search(
                base: try DistinguishedName("ou=poeple,dc=example,dc=org"),
                filter: try FilterTemplate("(uid={username})"))
        }
        #expect(report.outcome == .unavailable(.searchRefused))
    }

    @Test func anEmptyPasswordSendsNothing() async throws {
        try await withToyServer(.countsOnly) { toy async throws in
            let client = LDAPClient(
                configuration: try Company.clientConfiguration(toy.uri), logger: Logger(label: "test"))
            let store = InMemoryAccountStore()
            let backend = LDAPBackend(configuration: try Company.configuration(), client: client, memory: store)
            let credentials = PasswordCredentials(username: "carol", password: "")
            let report = await Authenticator(backends: [backend], store: store).authenticate(credentials)
            #expect(report.outcome == .rejected(.emptyPassword))
            let request = AuthenticationRequest(credentials: credentials)
            #expect(try await backend.authenticate(request) == .rejected(.emptyPassword))
            #expect(toy.connectionCount == 0)
            await client.shutdown()
        }
    }
}
