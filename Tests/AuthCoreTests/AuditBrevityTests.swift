import AuthCore
import Testing

/// The audit trail says what changed in a profile, and is no copy of it.
@Suite struct AuditBrevityTests {
    private func details(_ from: String?, _ to: String?) -> [String: String] {
        AccountChange.setProfile(key: "photo", from: from, to: to).auditDetails
    }

    @Test func shortValuesStandThereInFull() {
        let value = String(repeating: "x", count: 1024)
        #expect(details(value, nil) == ["key": "photo", "from": value])
        #expect(details(nil, "") == ["key": "photo", "to": ""])
    }

    @Test func longValuesAreToldApartByAChecksum() throws {
        let value = String(repeating: "é", count: 50_000)
        let text = try #require(details(nil, value)["to"])
        #expect(text.hasPrefix(String(repeating: "é", count: 64) + "… (100000 bytes, checksum "))
        #expect(text.utf8.count < 256)
        #expect(details(nil, value + "a")["to"] != details(nil, value + "b")["to"])
        #expect(details(nil, value)["to"] == text)
    }
}
