import Foundation
import LDAPClient
import TestSupport
import Testing

/// What slapd takes for the same value is what we take for the same value, and where it is not, we know.
@Suite struct SlapdMatchingTests {
    /// A person for each value, which is the description, and the DN of the person.
    private static func withValues<Result>(
        _ values: [String], _ body: (LDAPClient) async throws -> Result
    ) async throws -> Result {
        let ldif = values.enumerated().map { index, value in
            person("value\(index)", "description:: \(Data(value.utf8).base64EncodedString())")
        }
        return try await withSlapd(loading: .base(adding: ldif.joined(separator: "\n"))) { slapd in
            try await withClient(.of(slapd), body)
        }
    }

    /// Whether slapd finds the value of this number by equality with the text.
    private static func finds(_ index: Int, _ text: String, _ client: LDAPClient) async throws -> Bool {
        let filter = Filter.and([.equal("uid", "value\(index)"), .equal("description", text)])
        let found = try await client.search(
            SearchRequest(base: DistinguishedName(people), filter: filter, attributes: .none))
        return !found.entries.isEmpty
    }

    private static func areEqual(_ left: String, _ right: String) -> Bool {
        StringMatchingRule(attribute: "description").matches(Array(left.utf8), Array(right.utf8))
    }

    @Test func slapdFindsExactlyTheSpellingsThatAreEqualHere() async throws {
        var random = Splitmix(seed: 4517)
        let values = (0..<300).map { _ in Self.text(&random, 1...8) }
        try await Self.withValues(values) { client in
            var equal = 0
            var different = 0
            for (index, value) in values.enumerated() {
                for spelling in Self.spellings(of: value, &random) where !spelling.isEmpty {
                    let expected = Self.areEqual(value, spelling)
                    if expected { equal += 1 } else { different += 1 }
                    if try await Self.finds(index, spelling, client) != expected {
                        Issue.record("“\(value)” and “\(spelling)” are\(expected ? "" : " not") equal here")
                    }
                }
            }
            #expect(equal > 1500 && different > 700)
        }
    }

    // RFC 4518 against the older tables of slapd 2.5, which folds by lower case before it normalises.
    @Test func knownDifferencesAreThese() async throws {
        let differences: [(value: String, spelling: String, isEqualHere: Bool)] = [
            ("Straße", "STRASSE", true), ("ΟΔΟΣ", "οδος", true), ("İ", "i\u{307}", true), ("Ⅻ", "xii", true),
            ("℡", "tel", true),
            ("a\u{AD}b", "ab", true), ("a\u{200B}b", "ab", true), ("a\u{FEFF}b", "ab", true), ("Ა", "ა", true),
            ("\u{301}a", " \u{301}a", false),
        ]
        try await Self.withValues(differences.map(\.value)) { client in
            for (index, difference) in differences.enumerated() {
                #expect(Self.areEqual(difference.value, difference.spelling) == difference.isEqualHere)
                let isEqualThere = try await Self.finds(index, difference.spelling, client)
                #expect(isEqualThere != difference.isEqualHere, "\(difference.value) and \(difference.spelling)")
                let findsItself = try await Self.finds(index, difference.value, client)
                #expect(findsItself)
            }
        }
    }

    private static func spellings(of text: String, _ random: inout Splitmix) -> [String] {
        let other = Self.text(&random, 1...2)
        return [
            text, text.uppercased(), text.lowercased(), text.replacingOccurrences(of: " ", with: "   "), "\(text)  ",
            text.replacingOccurrences(of: " ", with: "\u{A0}"), text.decomposedStringWithCanonicalMapping,
            text.precomposedStringWithCanonicalMapping, text.decomposedStringWithCompatibilityMapping, text + other,
            other + text,
            String(text.unicodeScalars.dropLast()), String(text.unicodeScalars.dropFirst()),
            String(String.UnicodeScalarView(text.unicodeScalars.reversed())),
        ]
    }

    /// Latin, Greek, Cyrillic, Armenian, Vietnamese, polytonic Greek, kana, ideographs, syllables, wide and narrow forms, Deseret.
    private static let ranges: [ClosedRange<UInt32>] = [
        0x20...0x7E, 0x20...0x20, 0x41...0x5A, 0x61...0x7A, 0xA0...0xAC, 0xAE...0xDE, 0xE0...0xFF, 0x100...0x12F,
        0x132...0x17F,
        0x1CD...0x1EF, 0x300...0x304, 0x391...0x3A1, 0x3A3...0x3C1, 0x3C3...0x3CE, 0x400...0x45F, 0x531...0x556,
        0x561...0x586,
        0x1E00...0x1E95, 0x1EA0...0x1EF9, 0x1F00...0x1F15, 0x2000...0x200A, 0x3041...0x3094, 0x30A1...0x30FA,
        0x4E00...0x4E80,
        0xAC00...0xAC80, 0xE000...0xE003, 0x378...0x379, 0xFF01...0xFF5E, 0xFF66...0xFF9D, 0x1_0400...0x1_0425,
        0x1_0428...0x1_044D,
    ]

    private static func text(_ random: inout Splitmix, _ count: ClosedRange<Int>) -> String {
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: count, using: &random) {
            let range = ranges[Int.random(in: 0..<ranges.count, using: &random)]
            guard let scalar = Unicode.Scalar(UInt32.random(in: range, using: &random)) else { continue }
            // On a space at the beginning, a mark makes a character of it here, and not there.
            let isMark = scalar.properties.canonicalCombiningClass != .notReordered
            if !isMark || text.last.map({ !$0.properties.isWhitespace }) ?? false { text.append(scalar) }
        }
        return text.isEmpty ? "x" : String(text)
    }
}
