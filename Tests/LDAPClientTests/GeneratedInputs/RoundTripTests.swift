import Foundation
import LDAPClient
import TestSupport
import Testing

/// Whatever a value is made of, slapd finds it again.
///
/// 200 values in the suite; `scripts/fuzz round-trips` takes 10 000 of them.
@Suite struct RoundTripTests {
    private static let count = GeneratedInputs.count(inTheSuite: 200)

    @Test func anyOctetsAreFoundByAFilter() async throws {
        var options = Slapd.Options()
        options.global = [
            "attributetype ( 2.25.1 NAME 'anyOctets' EQUALITY octetStringMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.40 )",
            "objectclass ( 2.25.2 NAME 'holder' SUP top STRUCTURAL MUST ( uid $ anyOctets ) )",
        ]
        options.database = ["index anyOctets eq"]
        let values = Self.octets()
        let ldif = values.enumerated().map { index, value in
            """
            dn: uid=\(index),\(people)
            objectClass: holder
            uid: \(index)
            anyOctets:: \(Data(value).base64EncodedString())

            """
        }
        try await withSlapd(loading: .base(adding: ldif.joined(separator: "\n")), options: options) { slapd in
            try await withClient(.of(slapd, timeouts: LDAPTimeouts(operation: .seconds(60)))) { client in
                for (index, value) in values.enumerated() {
                    let found = try await client.search(
                        SearchRequest(
                            base: DistinguishedName(people), filter: .equal("anyOctets", value),
                            attributes: .named(["anyOctets"])))
                    if found.entries.map(\.dn) != ["uid=\(index),\(people)"]
                        || found.entries[0]["anyOctets"] != [LDAPValue(value)]
                    {
                        Issue.record(
                            "value \(index) of \(value.count) octets, seed \(GeneratedInputs.seed)")
                    }
                }
            }
        }
    }

    @Test func anyTextIsFoundByItsDN() async throws {
        let values = Self.texts()
        let ldif = values.map { value in
            """
            dn:: \(Data("cn=\(DistinguishedName.escape(value)),\(people)".utf8).base64EncodedString())
            objectClass: device
            cn:: \(Data(value.utf8).base64EncodedString())

            """
        }
        try await withSlapd(loading: .base(adding: ldif.joined(separator: "\n"))) { slapd in
            try await withClient(.of(slapd)) { client in
                let parent = try DistinguishedName(people)
                for (index, value) in values.enumerated() {
                    let part = try AttributeTypeAndValue("cn", value)
                    let name = DistinguishedName([RelativeDistinguishedName(part)] + parent.relativeNames)
                    let found = try await client.search(
                        SearchRequest(base: name, scope: .base, attributes: .named(["cn"])))
                    let entry = try #require(found.entries.first, "value \(index)")
                    // Not the string: Swift's strings are equal where their octets are not.
                    let hasValue = entry["cn"] == [LDAPValue(value)]
                    if try !hasValue || entry.distinguishedName != name {
                        Issue.record("\(entry.dn) for value \(index), seed \(GeneratedInputs.seed)")
                    }
                }
            }
        }
    }

    /// Every octet alone, lengths around those at which BER's length takes one more octet, the longest of a megabyte.
    private static func octets() -> [[UInt8]] {
        var random = Splitmix(seed: GeneratedInputs.seed)
        var values = (0...255).map { [UInt8($0)] }
        for length in [127, 128, 255, 256, 65_535, 65_536, 1 << 20] {
            values.append((0..<length).map { _ in UInt8.random(in: 0...255, using: &random) })
        }
        var known = Set(values)
        while values.count < 263 + count {
            let special = Array("\\*()\0&|!=<>~:,+\"; #".utf8) + [0x80, 0xC0, 0xFF]
            let isSpecial = Bool.random(using: &random)
            let value = (0..<Int.random(in: 1...(isSpecial ? 8 : 300), using: &random)).map { _ in
                isSpecial
                    ? special[Int.random(in: 0..<special.count, using: &random)]
                    : UInt8.random(in: 0...255, using: &random)
            }
            if known.insert(value).inserted { values.append(value) }
        }
        return values
    }

    /// Up to 200 octets of UTF-8, each with its number in it, so that no two are the same for anybody.
    private static func texts() -> [String] {
        var random = Splitmix(seed: GeneratedInputs.seed)
        return (0..<count).map { index in
            let characters = Int.random(in: 0...60, using: &random)
            let before = special(&random) + GeneratedText.unicode(&random, scalars: 0...characters)
            let after = GeneratedText.unicode(&random, scalars: 0...8) + special(&random)
            var text = "\(before)<\(index)>\(after)"
            while text.utf8.count > 200 { text.unicodeScalars.removeFirst() }
            return text.contains("<\(index)>") ? text : "\(text)<\(index)>"
        }
    }

    /// What RFC 4514 gives a meaning to, at the beginning, in the middle or at the end.
    private static func special(_ random: inout Splitmix) -> String {
        let parts = [
            " ", "#", ",", "+", "\"", "\\", "<", ">", ";", "=", "  ", "\\2c", "#04024869", "\0", "\u{7F}", "cn=", "é",
            "🦊",
        ]
        return (0..<Int.random(in: 0...3, using: &random)).map { _ in
            parts[Int.random(in: 0..<parts.count, using: &random)]
        }.joined()
    }
}
