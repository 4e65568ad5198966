import AuthCore
import LDAPBackend
import Testing

@Suite struct ScannedPersonEncodingTests {
    private static let plain = ScannedPerson(
        link: ExternalLink(source: "corp", id: "67e578f4-eae1-594a-b247-6bed4b1ca9c7", dn: "uid=alice,dc=org"),
        key: "uid=alice,dc=org", username: "alice",
        fields: [.firstName: "Alice", .lastName: "Liddell", .email: "alice@example.org"],
        profile: ["department": "7000"], heldConditions: [0, 3])

    @Test(arguments: [
        plain,
        ScannedPerson(link: ExternalLink(source: "", id: ""), key: "", username: ""),
        ScannedPerson(
            link: ExternalLink(source: "c", id: "1"), key: "k", username: "u",
            standing: .refused(.accountExpired, explanation: "Es ist aus.")),
        ScannedPerson(
            link: ExternalLink(source: "c", id: "1"), key: "k", username: "u", heldConditions: [1],
            standing: .undecided(explanation: "")),
        ScannedPerson(link: ExternalLink(source: "c", id: "1", dn: ""), key: "k", username: "u", fields: [.email: ""]),
        ScannedPerson(
            link: ExternalLink(source: "Ž", id: "日本", dn: "cn=🦊"), key: "e\u{301}", username: "Łukasz\u{0}",
            fields: [.lastName: String(repeating: "ß", count: 5000)],
            profile: ["a": nil, "b": "", "c": "x", "č": "y", "empty": nil], creationObstacle: "",
            heldConditions: [0, 127, 128, 16_383, 16_384, 1 << 40]),
    ])
    func whatIsWrittenIsReadBack(_ person: ScannedPerson) throws {
        let again = try #require(ScannedPerson(encoded: person.encoded))
        #expect(again == person)
        // Strings compare by canonical equivalence; here every octet counts.
        #expect(again.encoded == person.encoded)
        #expect(Array(again.key.utf8) == Array(person.key.utf8))
    }

    @Test func equalPersonsHaveEqualEncodings() {
        for count in 2...12 {
            let keys = (0..<count).map { "key\($0)" }
            var forwards = Self.plain
            var backwards = Self.plain
            for key in keys { forwards.profile[key] = key }
            for key in keys.reversed() { backwards.profile[key] = key }
            #expect(forwards == backwards && forwards.encoded == backwards.encoded)
        }
    }

    @Test func eachPartTellsPersonsApart() {
        var others: [ScannedPerson] = [Self.plain]
        func other(_ change: (inout ScannedPerson) -> Void) {
            var person = Self.plain
            change(&person)
            others.append(person)
        }
        other { $0.link.id = "x" }
        other { $0.link.dn = nil }
        other { $0.link.dn = "" }
        other { $0.username = "Alice" }
        other { $0.fields[.email] = nil }
        other { $0.fields[.email] = "" }
        other { $0.profile["department"] = .some(nil) }
        other { $0.profile["department"] = .some("") }
        other { $0.profile = [:] }
        other { $0.creationObstacle = "" }
        other { $0.creationObstacle = "no mail" }
        other { $0.heldConditions = [0] }
        other { $0.standing = .refused(.accountDisabled, explanation: "x") }
        other { $0.standing = .refused(.accountExpired, explanation: "x") }
        other { $0.standing = .undecided(explanation: "x") }
        #expect(Set(others.map(\.encoded)).count == others.count)
    }

    @Test func whatWasNotWrittenSoIsNotRead() {
        let encoded = Self.plain.encoded
        #expect(ScannedPerson(encoded: []) == nil)
        for end in encoded.indices { #expect(ScannedPerson(encoded: Array(encoded[..<end])) == nil) }
        #expect(ScannedPerson(encoded: encoded + [0]) == nil)
        #expect(ScannedPerson(encoded: [1] + encoded.dropFirst()) == nil)
        // "corp" as octets that are no text, and a length beyond the end.
        #expect(ScannedPerson(encoded: [2, 4, 0xFF] + encoded.dropFirst(3)) == nil)
        #expect(ScannedPerson(encoded: [2] + [UInt8](repeating: 0xFF, count: 12)) == nil)
    }
}
