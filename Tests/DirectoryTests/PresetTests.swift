import AuthCore
import DirectoryBridge
import DirectorySync
import Foundation
import LDAPBackend
import TestSupport
import Testing

/// The short configuration of each kind of directory, as an administrator would write it, lets in the right people with their groups.
@Suite struct PresetTests {
    /// On a server of its own, since wrong passwords from elsewhere would be counted with those of this test.
    private func withBridge(
        _ kind: DirectoryKind, preset: String? = nil, _ body: (Bridge) async throws -> Void
    ) async throws {
        let usual =
            switch kind {
            case .openLDAP: "openldap"
            case .activeDirectory: "active-directory"
            case .directoryServer389: "389ds"
            }
        try await withDirectory(kind) { server in try await withBridge(on: server, preset ?? usual, body) }
    }

    /// - Parameter base: Below what people and groups are sought; `nil`: where they are.
    private func withBridge(
        on server: any DirectoryServer, _ preset: String, below base: String? = nil,
        _ body: (Bridge) async throws -> Void
    ) async throws {
        let folder = NSTemporaryDirectory() + "preset-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try server.servicePassword.write(toFile: folder + "/bind.password", atomically: true, encoding: .utf8)
        let text = """
            database: sqlite:accounts.db
            chain: [corp, local]
            login_deadline: 60s
            passwords: {iterations: 1000, validators: none}
            directories:
              corp:
                preset: \(preset)
                servers: ["\(try #require(server.ldapsURI))"]
                tls: {ca_file: \(try await Certificates.shared().authority)}
                service_account: {dn: "\(server.serviceDN)", password_file: bind.password}
                timeouts: {connect: 30s, operation: 60s}
                users: {base: "\(base ?? server.peopleDN)"}
                groups: {base: "\(base ?? server.groupsDN)", mirror: all}
            """
        let bridge = try Bridge(configuration: .parse(text, file: folder + "/dirbridge.yaml"))
        do {
            try await body(bridge)
        } catch {
            await bridge.shutdown()
            throw error
        }
        await bridge.shutdown()
    }

    @Test(arguments: DirectoryKind.allCases)
    func eachPresetLetsInTheRightPeopleWithTheirGroups(_ kind: DirectoryKind) async throws {
        try await withBridge(kind) { bridge in try await everybodyLogsIn(kind, bridge) }
    }

    /// What the preset would say, the directory says itself.
    @Test(arguments: DirectoryKind.allCases)
    func aDirectoryThatIsRecognisedNeedsNoPreset(_ kind: DirectoryKind) async throws {
        try await withBridge(kind, preset: "auto") { bridge in
            try await everybodyLogsIn(kind, bridge)
            let recognition = try #require(await bridge.recognitions(within: .seconds(30))["corp"])
            let expected: DirectoryPreset =
                switch kind {
                case .openLDAP: .openldap
                case .activeDirectory: .activeDirectory
                case .directoryServer389: .directoryServer389
                }
            #expect(try recognition.get().preset == expected)
        }
    }

    private func everybodyLogsIn(_ kind: DirectoryKind, _ bridge: Bridge) async throws {
        func logIn(_ login: String, _ password: String) async -> AuthenticationOutcome {
            await report(login, password).outcome
        }
        func report(_ login: String, _ password: String) async -> AuthenticationReport {
            await bridge.logIn(
                username: LoginName(login), password: Secret(password),
                context: AuthenticationContext(trace: AuthenticationTrace()))
        }
        for person in SmallCompany.people where person.state == .usual {
            #expect(await logIn(person.login(in: kind), "not this one") == .rejected(.wrongPassword), "\(person.login)")
            let report = await report(person.login(in: kind), person.password)
            let user = try #require(
                report.outcome.user, "\(person.login): \(report.outcome), \(report.explanation ?? "")")
            #expect(LoginName.fold(user.username) == LoginName.fold(person.login(in: kind)))
        }
        for person in SmallCompany.people where person.state != .usual {
            #expect(await logIn(person.login(in: kind), person.password).user == nil, "\(person.login)")
        }
        #expect(await logIn("nobody", "not this one") == .notFound)
    }

    @Test(arguments: ["active-directory", "auto"])
    func theRootOfADomainIsABaseForLoginsAndForASync(_ preset: String) async throws {
        let domain = try await SambaDomain.shared.server()
        try await withBridge(on: domain, preset, below: domain.suffix) { bridge in
            for directory in bridge.directories { try await directory.requireReadableBases() }
            let anna = try SmallCompany.person("anna")
            let report = await bridge.logIn(
                username: LoginName(anna.login), password: Secret(anna.password),
                context: AuthenticationContext(trace: AuthenticationTrace()))
            let user = try #require(report.outcome.user, "\(report.outcome), \(report.explanation ?? "")")
            let groups = try await bridge.store.groups(of: user.id).map(\.name)
            #expect(groups == ["Domain Users", "Users", "crowd", "engineers", "everyone", "staff"])
            let sync = try await bridge.sync()
            #expect(sync.isComplete && sync.isApplied, "\(sync)")
            let again = try await bridge.sync()
            #expect(again.isComplete && again.counts.unchanged > SmallCompany.people.count, "\(again)")
        }
    }
}
