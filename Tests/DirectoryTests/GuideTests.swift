import AuthCore
import DirectoryBridge
import DirectorySync
import Foundation
import TestSupport
import Testing

/// The configurations of the administrator's guide let the small company in, with other addresses and files and nothing else changed.
@Suite struct GuideTests {
    private static func page(_ kind: DirectoryKind) -> String {
        switch kind {
        case .openLDAP: "OpenLDAP"
        case .activeDirectory: "ActiveDirectory"
        case .directoryServer389: "DirectoryServer389"
        }
    }

    /// The page's configuration for a server of the tests.
    private func configuration(_ server: any DirectoryServer, in folder: String) async throws -> Configuration {
        let path = "\(repositoryRoot)/Sources/DirectoryBridge/DirectoryBridge.docc/\(Self.page(server.kind)).md"
        let page = try String(contentsOfFile: path, encoding: .utf8)
        let yaml = try #require(
            page.components(separatedBy: "```yaml\n").dropFirst().first?.components(separatedBy: "```")[0])
        try server.servicePassword.write(toFile: folder + "/bind.password", atomically: true, encoding: .utf8)
        let uri = try #require(server.ldapsURI)
        // The machine may be busy, and nothing here is about time.
        let text =
            "login_deadline: 120s\npasswords: {iterations: 1000, validators: none}\n"
            + yaml.components(separatedBy: "\n").map { line in
                line.hasPrefix("    servers:")
                    ? "    servers: [\"\(uri)\"]\n    timeouts: {connect: 30s, operation: 60s}" : line
            }.joined(separator: "\n")
            .replacing("/etc/dirbridge/ca.pem", with: try await Certificates.shared().authority)
            .replacing("/etc/dirbridge/", with: folder + "/").replacing("/var/lib/dirbridge/", with: folder + "/")
        return try Configuration.parse(text, file: folder + "/dirbridge.yaml")
    }

    @Test(arguments: DirectoryKind.allCases)
    func aPagesConfigurationWorksAsItStands(_ kind: DirectoryKind) async throws {
        let server = try await kind.shared()
        try await withTemporaryFolder { folder async throws in
            let bridge = try Bridge(configuration: try await configuration(server, in: folder))
            do {
                try await useIt(bridge)
            } catch {
                await bridge.shutdown()
                throw error
            }
            await bridge.shutdown()
        }
    }

    private func useIt(_ bridge: Bridge) async throws {
        let permission = try #require(Permission("wiki.edit_page"))
        _ = try await bridge.store.apply(
            [
                AccountPlan(
                    subject: .none,
                    changes: [.registerPermission(RegisteredPermission(permission: permission, name: "Can edit"))])
            ], cause: .administrator("root"))
        let check = await bridge.check(thoroughly: true)
        #expect(check.problems.isEmpty && check.unchecked.isEmpty, "\(check)")
        let anna = try SmallCompany.person("anna")
        let report = await bridge.logIn(username: LoginName("anna"), password: Secret(anna.password))
        let user = try #require(report.outcome.user, "\(report.outcome), \(report.explanation ?? "")")
        #expect(user.isStaff && user.firstName == "Anna")
        #expect(try await bridge.permissions.decide(permission, for: user).isGranted)
        #expect(try await Set(bridge.store.groups(of: user.id).map(\.name)).isSuperset(of: ["engineers", "staff"]))
        let sync = try await bridge.sync()
        #expect(sync.isComplete && sync.isApplied, "\(sync)")
        #expect(try await bridge.store.account(id: user.id)?.user.isStaff == true)
    }
}
