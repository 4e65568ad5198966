@testable import LDAPClient
import Testing

@Suite struct StringPreparationTests {
    private func prepared(_ text: String, _ rule: StringMatchingRule = .caseIgnore) -> String? {
        String(validating: rule.prepare(Array(text.utf8)), as: UTF8.self)
    }

    // The examples of RFC 4518, 2.6.1 to 2.6.3; where it writes two spaces between words and one at each end, there are one and none here.
    @Test(arguments: [
        (StringMatchingRule.caseIgnore, "foo bar  ", "foo bar"), (.caseIgnore, "   ", ""), (.caseIgnore, "", ""),
        (.numericString, "  123  456  ", "123456"), (.numericString, "   ", ""),
        (.telephoneNumber, " -123  456 -", "123456"),
        (.telephoneNumber, "---", ""), (.caseExact, " Foo   Bar", "Foo Bar"),
    ])
    func insignificantCharactersGo(_ rule: StringMatchingRule, _ text: String, _ expected: String) {
        #expect(prepared(text, rule) == expected)
        // The general way comes to what the short one for plain text does.
        #expect(prepared("\u{AD}" + text, rule) == expected)
    }

    // RFC 4518, 2.2, point by point.
    @Test func charactersAreMappedToSpaceOrNothing() {
        for value: UInt32 in [
            9, 0xA, 0xB, 0xC, 0xD, 0x85, 0xA0, 0x1680, 0x2000, 0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000,
        ] {
            #expect(Unicode.Scalar(value).flatMap { prepared("a\($0)b") } == "a b", "\(value)")
        }
        for value: UInt32 in [
            0, 8, 0xE, 0x1F, 0x7F, 0x84, 0x86, 0x9F, 0xAD, 0x34F, 0x6DD, 0x70F, 0x1806, 0x180B, 0x180D, 0x180E, 0x200B,
            0x200C, 0x200F,
            0x202A, 0x202E, 0x2060, 0x2063, 0x206A, 0x206F, 0xFE00, 0xFE0F, 0xFEFF, 0xFFF9, 0xFFFC, 0x1D173, 0x1D17A,
            0xE0001, 0xE0020,
            0xE007F,
        ] {
            #expect(Unicode.Scalar(value).flatMap { prepared("a\($0)b") } == "ab", "\(value)")
            #expect(Unicode.Scalar(value).flatMap { prepared("a\($0)b", .telephoneNumber) } == "ab", "\(value)")
        }
    }

    // Rows of table B.2 of RFC 3454, some that its form KC adds, and letters that lower case alone would keep apart.
    @Test(arguments: [
        ("ABC", "abc"), ("ÀÖØÞ", "àöøþ"), ("Straße", "strasse"), ("STRAẞE", "strasse"), ("ΟΔΟΣ", "οδοσ"),
        ("οδος", "οδοσ"),
        ("İ", "i̇"), ("ŉ", "ʼn"), ("ſ", "s"), ("ǅ", "dž"), ("ǰ", "ǰ"), ("ͅ", "ι"), ("ΐ", "ΐ"), ("ϐϑϒϕϖ", "βθυφπ"),
        ("և", "եւ"),
        ("ẖ", "ẖ"), ("ẛ", "ṡ"), ("ὒ", "ὒ"), ("ᾀ", "ἀι"), ("ᾼ", "αι"), ("₨", "rs"), ("ℂ", "c"), ("℡", "tel"), ("Ω", "ω"),
        ("K", "k"),
        ("Å", "å"), ("Ⅷ", "viii"), ("Ⓐ", "a"), ("㍱", "hpa"), ("ﬃ", "ffi"), ("ﬕ", "մի"), ("Ａ", "a"), ("𐐀", "𐐨"),
        ("𝐀", "a"), ("𝚩", "β"),
        ("ｕ１", "u1"), ("①", "1"), ("ﷺ", "صلى الله عليه وسلم"),
    ])
    func caseAndCompatibilityFormsAreFolded(_ text: String, _ expected: String) {
        // Swift compares by canonical equivalence, as is right for a prepared text, whose marks stand by themselves.
        #expect(prepared(text) == expected)
    }

    @Test func dotlessIIsALetterOfItsOwn() {
        #expect(prepared("ı") == "ı")
        #expect(prepared("I") == "i")
    }

    @Test func caseStaysWhereItMatters() {
        #expect(prepared("Straße  ＡＢ", .caseExact) == "Straße AB")
        #expect(StringMatchingRule.caseExact.matches(Array("A  b".utf8), Array(" A b".utf8)))
        #expect(!StringMatchingRule.caseExact.matches(Array("A".utf8), Array("a".utf8)))
    }

    @Test func aSpaceWithACombiningMarkIsNoSpace() {
        // Normalisation makes such spaces of some characters, such as the diaeresis that stands alone.
        #expect(prepared("¨a") == " \u{308}a")
        #expect(prepared("a ¨b") == "a  \u{308}b")
        #expect(prepared("a¨") == "a \u{308}")
        #expect(prepared("1 \u{301}2 3", .numericString) == "1 \u{301}23")
        #expect(prepared("1-\u{301}2-3", .telephoneNumber) == "1-\u{301}23")
    }

    @Test(arguments: [
        ("e\u{301}", "é"), ("각", "가\u{11A8}"), ("각", "\u{1100}\u{1161}\u{11A8}"), ("ｶﾞ", "ガ"),
        ("a\u{301}\u{323}", "a\u{323}\u{301}"),
        ("a\u{5AD}\u{FF9E}", "a\u{3099}\u{5AD}"), ("ệ", "e\u{302}\u{323}"),
    ])
    func formsOfOneCharacterAreEqual(_ left: String, _ right: String) {
        #expect(
            StringMatchingRule.caseIgnore.prepare(Array(left.utf8))
                == StringMatchingRule.caseIgnore.prepare(Array(right.utf8)))
        #expect(
            StringMatchingRule.caseExact.prepare(Array(left.utf8))
                == StringMatchingRule.caseExact.prepare(Array(right.utf8)))
    }

    // Letters whose numbers share their lower 16 bits; marks whose order means something.
    @Test(arguments: [
        ("\u{10430}\u{308}", "\u{430}\u{308}"), ("a\u{301}\u{300}", "a\u{300}\u{301}"), ("ı", "i"), ("a b", "ab"),
    ])
    func differentTextsStayDifferent(_ left: String, _ right: String) {
        #expect(!StringMatchingRule.caseIgnore.matches(Array(left.utf8), Array(right.utf8)))
    }

    /// A hostile name; that it takes no longer than its length asks for is for scripts/fuzz to see.
    @Test func manyMarksAreBroughtIntoOrder() {
        let prepared = prepared("a" + String(repeating: "\u{301}\u{323}", count: 2000))
        let ordered = "a" + String(repeating: "\u{323}", count: 2000) + String(repeating: "\u{301}", count: 2000)
        #expect(prepared.map { Array($0.utf8) } == Array(ordered.utf8))
    }

    @Test func allHyphensOfNumbersGo() {
        #expect(
            prepared("+420\u{2D}1\u{58A}2\u{2010}3\u{2011}4\u{2212}5\u{FE63}6\u{FF0D}7", .telephoneNumber)
                == "+4201234567")
        #expect(prepared("1\u{2013}2", .telephoneNumber) == "1\u{2013}2", "a dash is no hyphen")
    }

    /// Private use, no character, not assigned, replacement character: prohibited, and compared all the same.
    @Test(arguments: ["\u{E000}", "\u{F0000}", "\u{FFFE}", "\u{378}", "\u{FFFD}", "\u{E0002}"])
    func prohibitedCharactersStandForThemselves(_ character: String) {
        #expect(StringMatchingRule.isUndefined(for: Array("a\(character)".utf8)))
        #expect(StringMatchingRule.caseIgnore.matches(Array("A\(character)".utf8), Array("a\(character) ".utf8)))
        #expect(!StringMatchingRule.caseIgnore.matches(Array("a\(character)".utf8), Array("a".utf8)))
        // Surrogates in compatibility forms would be prohibited as well; there are none.
        #expect(!StringMatchingRule.isUndefined(for: Array("Žofie ﷺ 🦊\u{AD}\0".utf8)))
    }

    @Test(arguments: [[0x61, 0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xC3]] as [[UInt8]])
    func octetsThatAreNoTextEqualOnlyThemselves(_ value: [UInt8]) {
        #expect(StringMatchingRule.isUndefined(for: value))
        for rule in StringMatchingRule.allCases {
            #expect(rule.matches(value, value))
            #expect(!rule.matches(value, [0x20] + value))
            #expect(!rule.matches(value, value.dropLast()))
            #expect(String(validating: rule.prepare(value), as: UTF8.self) == nil)
        }
    }

    @Test func attributesHaveTheirRules() {
        for (name, rule) in [
            ("cn", StringMatchingRule.caseIgnore), ("UID", .caseIgnore), ("mail", .caseIgnore),
            ("2.5.4.20", .telephoneNumber),
            ("mobileTelephoneNumber", .telephoneNumber), ("memberUid", .caseExact),
            ("OID.1.3.6.1.1.1.1.12", .caseExact),
            ("homeDirectory", .caseExact), ("x121Address", .numericString), ("nobodyKnowsThis", .caseIgnore),
        ] {
            #expect(StringMatchingRule(attribute: name) == rule, "\(name)")
        }
    }

    @Test func octetsThatAreNoTextAreNoBEROfTheSameOctets() throws {
        #expect(try DistinguishedName("cn=\\02\\01\\ff") != DistinguishedName("cn=#0201ff"))
    }

    /// A key folds what every directory folds; a space with a mark on it is a character like others.
    @Test func keysKeepSpacesWithMarksApart() throws {
        let (one, two) = try (DistinguishedName("cn=a \u{301}b"), DistinguishedName("cn=a  \u{301}b"))
        #expect(one != two)
        #expect(one.canonicalKey != two.canonicalKey)
        for type in ["homeDirectory", "memberUid", "telephoneNumber"] {
            #expect(
                try DistinguishedName("\(type)=A").canonicalKey != DistinguishedName("\(type)=a").canonicalKey,
                "\(type)")
        }
    }

    /// Preparing twice changes nothing, for characters alone and for many together; scripts/fuzz takes a million of them.
    @Test func preparationIsIdempotentAndIgnoresCase() {
        var random = Splitmix(seed: 4518)
        var texts: [String] = []
        for value in stride(from: UInt32(0), to: 0x3400, by: 17) {
            if let scalar = Unicode.Scalar(value) { texts.append("a\(scalar)") }
        }
        for value in stride(from: UInt32(0xA640), to: 0xAC00, by: 17) {
            if let scalar = Unicode.Scalar(value) { texts.append("\(scalar)b") }
        }
        for value in stride(from: UInt32(0xF900), to: 0xFFFF, by: 17) {
            if let scalar = Unicode.Scalar(value) { texts.append("\(scalar)") }
        }
        for _ in 0..<300 { texts.append(GeneratedText.unicode(&random, scalars: 1...8)) }
        for text in texts {
            for rule in StringMatchingRule.allCases {
                let once = rule.prepare(Array(text.utf8))
                guard String(validating: once, as: UTF8.self) != nil else { continue }
                if rule.prepare(once) != once {
                    Issue.record("\(rule) \(text.unicodeScalars.map { String($0.value, radix: 16) })")
                }
            }
            let same = [text.uppercased(), text.lowercased(), text.uppercased().lowercased(), "\(text) \u{3000}"]
            // Dotless i has the capital of another letter.
            for other in same where !text.unicodeScalars.contains("ı") {
                if !StringMatchingRule.caseIgnore.matches(Array(text.utf8), Array(other.utf8)), prepared(text) != nil {
                    Issue.record("\(text.unicodeScalars.map { String($0.value, radix: 16) }) and \(other)")
                }
            }
        }
    }
}
