import AuthCore
import DirectoryBridge
import Foundation
import LDAPBackend
import TestSupport
import Testing

/// The page for those who come from django-auth-ldap.
@Suite struct DjangoPageTests {
    @Test func itsConfigurationIsValidAndMeansWhatItSays() async throws {
        let path = repositoryRoot + "/Sources/DirectoryBridge/DirectoryBridge.docc/DjangoAuthLDAP.md"
        let page = try String(contentsOfFile: path, encoding: .utf8)
        let yaml = try #require(
            page.components(separatedBy: "```yaml\n").dropFirst().first?.components(separatedBy: "```")[0])
        try await withTemporaryFolder { folder in
            try "secret".write(toFile: folder + "/bind.password", atomically: true, encoding: .utf8)
            try "-----BEGIN CERTIFICATE-----".write(toFile: folder + "/corp-ca.pem", atomically: true, encoding: .utf8)
            let text = yaml.replacing("/etc/dirbridge/", with: folder + "/").replacing("/etc/ssl/", with: folder + "/")
            let configuration = try Configuration.parse(text, file: folder + "/dirbridge.yaml")
            #expect(configuration.chain == ["corp", "local"])
            let backend = try #require(configuration.directories.first?.backend)
            #expect(
                backend.mirrorPolicy == MirrorPolicy(adopt: .unusable, newUsers: .create, groups: .except(["everyone"]))
            )
            #expect(backend.flags.count == 2 && backend.permissions.count == 1)
            #expect(backend.require?.leaves.count == 2 && backend.deny?.leaves.count == 1)
        }
    }
}
