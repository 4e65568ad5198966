import AuthCore
import LDAPClient
import Testing

@testable import LDAPBackend

/// What rules make of entries.
@Suite struct AttributeMapperTests {
    static func entry(_ values: [String: [LDAPValue]]) -> LDAPEntry {
        LDAPEntry(
            dn: "uid=ann,dc=org",
            attributes: values.sorted { $0.key < $1.key }.map { LDAPEntry.Attribute(name: $0.key, values: $0.value) })
    }

    private static func entry(_ values: String...) -> LDAPEntry { entry(["a": values.map { LDAPValue($0) }]) }

    private static func make(
        _ rule: AttributeRule, _ target: AttributeMapper.Target, _ entry: LDAPEntry
    ) -> (made: AttributeMapper.Made, warnings: [String]) {
        var warnings: [AttributeWarning] = []
        let made = AttributeMapper(rule, for: target).make(entry, &warnings)
        return (made, warnings.map(\.description))
    }

    private static func make(
        _ rule: AttributeRule, _ entry: LDAPEntry
    ) -> (made: AttributeMapper.Made, warnings: [String]) {
        make(rule, .profile(key: "key"), entry)
    }

    @Test(arguments: [
        (AttributeRule.Values.first, "2"), (.joined(), "2, b, é"), (.joined(separator: ""), "2bé"),
        (.joined(separator: "\n"), "2\nb\né"), (.all, #"["2","b","é"]"#),
    ])
    func whatSeveralValuesComeToDoesNotHangOnTheirOrder(_ values: AttributeRule.Values, _ expected: String) {
        for entry in [Self.entry("é", "b", "2"), Self.entry("2", "é", "b"), Self.entry("b", "2", "", "é", "b")] {
            let result = Self.make(AttributeRule(.attribute("a"), values: values), entry)
            #expect(result.made == .value(expected) && result.warnings == [])
        }
    }

    @Test func allOfOneValueIsAListToo() {
        #expect(Self.make(AttributeRule(.attribute("a"), values: .all), Self.entry("x")).made == .value(#"["x"]"#))
        let numbers = AttributeRule(.attribute("a"), values: .all, type: .integer)
        #expect(Self.make(numbers, Self.entry("10", "09")).made == .value("[10,9]"))
        let truths = AttributeRule(.attribute("a"), values: .all, type: .boolean)
        #expect(Self.make(truths, Self.entry("TRUE", "true", "FALSE")).made == .value("[false,true]"))
        let odd = Self.make(AttributeRule(.attribute("a"), values: .all), Self.entry("\"\\\n\t\u{1}/"))
        #expect(odd.made == .value(#"["\"\\\n\t\u0001/"]"#))
    }

    @Test func attributeNamesHaveNoCase() {
        #expect(Self.make("GIVENNAME", Self.entry(["givenName": [LDAPValue("Ann")]])).made == .value("Ann"))
    }

    @Test func noAttributeNoValuesAndEmptyValuesAreMissing() {
        for entry in [Self.entry([:]), Self.entry(["a": []]), Self.entry(""), Self.entry("", "")] {
            for type in AttributeType.allCases {
                let result = Self.make(AttributeRule(.attribute("a"), type: type), entry)
                #expect(result.made == .missing && result.warnings == [])
            }
        }
    }

    @Test func whatCannotBeUsedIsNamedWithoutItsValue() {
        let rule = AttributeRule(.attribute("a"), type: .integer)
        let one = Self.make(rule, Self.entry("pa55word"))
        #expect(one.made == .unusable)
        #expect(one.warnings == ["a of uid=ann,dc=org is not of type integer; key was left as it was."])
        let some = Self.make(rule, Self.entry("pa55word", "7", "hunter2"))
        #expect(some.made == .value("7"))
        #expect(some.warnings == ["a of uid=ann,dc=org is not of type integer; key was made of the other values."])
        let bytes = Self.make("a", .field(.firstName), Self.entry(["a": [LDAPValue([0xFF])]]))
        #expect(bytes.made == .unusable)
        #expect(bytes.warnings == ["a of uid=ann,dc=org is not valid UTF-8; first_name was left as it was."])
    }

    @Test(arguments: UserField.allCases)
    func aFieldHoldsWhatItsColumnHoldsAndNothingIsCut(_ field: UserField) {
        // Characters are counted, not octets (Django's max_length).
        for character in ["x", "é", "日", "🦊"] {
            let fitting = String(repeating: character, count: field.maximumLength)
            #expect(Self.make("a", .field(field), Self.entry(fitting)).made == .value(fitting))
            let result = Self.make("a", .field(field), Self.entry(fitting + character))
            #expect(result.made == .unusable)
            #expect(
                result.warnings == [
                    "a of uid=ann,dc=org has \(field.maximumLength + 1) characters, and \(field.rawValue) holds \(field.maximumLength); \(field.rawValue) was left as it was."
                ])
        }
        let joined = AttributeRule(.attribute("a"), values: .joined())
        let half = String(repeating: "x", count: field.maximumLength / 2)
        #expect(Self.make(joined, .field(field), Self.entry(half, half + "y")).made == .unusable)
        #expect(Self.make("a", .field(field), Self.entry(String(repeating: "a", count: 300), "b")).made == .value("b"))
    }

    @Test func threeHundredValuesAreReadInAnyWay() {
        let values = (1...300).map { "v\($0)" }
        let entry = Self.entry(["a": values.shuffled().map { LDAPValue($0) }])
        #expect(Self.make("a", entry).made == .value("v1"))
        let sorted = values.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        #expect(
            Self.make(AttributeRule(.attribute("a"), values: .joined(separator: ",")), entry).made
                == .value(sorted.joined(separator: ",")))
        let long = Self.make(AttributeRule(.attribute("a"), values: .all, maximumSize: 500), entry)
        #expect(long.made == .unusable && long.warnings.count == 1)
    }

    @Test func aPhotoIsKeptUpToItsLimit() {
        let rule = AttributeRule(.attribute("a"), type: .binary, maximumSize: 1000)
        let fitting = Self.make(rule, Self.entry(["a": [LDAPValue([UInt8](repeating: 0xFF, count: 750))]]))
        #expect(fitting.made == .value(String(repeating: "/", count: 1000)))
        let large = Self.make(rule, Self.entry(["a": [LDAPValue([UInt8](repeating: 0xFF, count: 751))]]))
        #expect(large.made == .unusable)
        #expect(
            large.warnings == [
                "a of uid=ann,dc=org takes 1004 bytes, at most 1000 are kept; key was left as it was."
            ])
    }

    @Test func aPhotoOfTenMebibytesIsLeftOutUnencoded() {
        let photo = LDAPValue([UInt8](repeating: 0x00, count: 10 << 20))
        // However large the rule lets values be.
        let rule = AttributeRule(.attribute("a"), type: .binary, maximumSize: 1 << 30)
        let result = Self.make(rule, Self.entry(["a": [photo]]))
        #expect(result.made == .unusable)
        #expect(
            result.warnings == [
                "a of uid=ann,dc=org takes 13981016 bytes, at most 1048576 are kept; key was left as it was."
            ])
        #expect(Self.make(rule, Self.entry(["a": [photo, LDAPValue([1])]])).made == .value("AQ=="))
    }

    @Test func warningsOfOneKindAreCountedWithAnExample() {
        var tally = AttributeWarningTally()
        let mapper = AttributeMapper("photo", for: .profile(key: "picture"))
        for person in 1...3 {
            var warnings: [AttributeWarning] = []
            let photo = LDAPEntry.Attribute(name: "photo", values: [LDAPValue([0xFF])])
            _ = mapper.make(LDAPEntry(dn: "uid=p\(person)", attributes: [photo]), &warnings)
            tally.add(warnings)
        }
        #expect(
            tally.sentences == [
                "photo is not valid UTF-8 in 3 entries, uid=p1 among them; picture was left as it was."
            ])
        #expect(tally.byKind.values.sorted() == [3])
    }
}
