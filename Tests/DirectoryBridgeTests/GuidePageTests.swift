import DirectoryBridge
import Foundation
import LDAPBackend
import TestSupport
import Testing

/// The configurations of the administrator's guide are valid; DirectoryTests runs those whose directories can be had.
@Suite struct GuidePageTests {
    @Test(arguments: [
        ("OpenLDAP", DirectoryPreset.openldap), ("ActiveDirectory", .activeDirectory),
        ("DirectoryServer389", .directoryServer389), ("FreeIPA", .freeipa),
    ])
    func aPagesConfigurationIsValidAndNamesItsPreset(_ page: String, _ preset: DirectoryPreset) async throws {
        let path = "\(repositoryRoot)/Sources/DirectoryBridge/DirectoryBridge.docc/\(page).md"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let blocks = text.components(separatedBy: "```yaml\n").dropFirst().map { $0.components(separatedBy: "```")[0] }
        #expect(blocks.count == 1)
        try await withTemporaryFolder { folder async throws in
            try "secret".write(toFile: folder + "/bind.password", atomically: true, encoding: .utf8)
            try "-----BEGIN CERTIFICATE-----".write(toFile: folder + "/ca.pem", atomically: true, encoding: .utf8)
            let yaml = blocks[0].replacing("/etc/dirbridge/", with: folder + "/")
            let configuration = try Configuration.parse(yaml, file: folder + "/dirbridge.yaml")
            let directory = try #require(configuration.directories.first)
            #expect(directory.preset == preset)
            #expect(directory.backend?.users.idAttribute == preset.idAttribute)
            #expect(directory.backend?.groups?.strategy == preset.strategy)
        }
    }
}
