import AuthCore
import LDAPClient
import Testing

@testable import LDAPBackend

/// Whatever a directory sends, nothing crashes, and nothing is made that does not fit where it goes.
@Suite struct AttributePropertyTests {
    /// SplitMix64 (Steele, Lea, Flood 2014): the same inputs in each run.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    /// Octets of all kinds, and such that come near to what is expected.
    private static func value(_ generator: inout Generator) -> LDAPValue {
        let near = ["20261231235959Z", "TRUE", "-12", "2026-12-31", "133797312000000000", "Žofie 日本 🦊", ""]
        var octets: [UInt8] =
            Bool.random(using: &generator)
            ? (0..<Int.random(in: 0...400, using: &generator)).map { _ in UInt8.random(in: 0...255, using: &generator) }
            : Array(near.randomElement(using: &generator)?.utf8 ?? "".utf8)
        if Bool.random(using: &generator), !octets.isEmpty {
            let place = Int.random(in: octets.indices, using: &generator)
            octets[place] = UInt8.random(in: 0...255, using: &generator)
        }
        if Int.random(in: 0..<5, using: &generator) == 0 { octets += octets + octets + octets }
        return LDAPValue(octets)
    }

    private static func rule(_ generator: inout Generator) throws -> AttributeRule {
        let sources: [AttributeRule.Source] = [
            .attribute("a"), .attribute("b"), .template(try AttributeTemplate("{a?} {b}")),
            .template(try AttributeTemplate("{{{a}-{b?}}}")),
        ]
        let values: [AttributeRule.Values] = [.first, .all, .joined(), .joined(separator: "")]
        return AttributeRule(
            sources.randomElement(using: &generator) ?? .attribute("a"),
            values: values.randomElement(using: &generator) ?? .first,
            type: AttributeType.allCases.randomElement(using: &generator) ?? .text,
            maximumSize: Int.random(in: -1...2000, using: &generator))
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func whatIsMadeFitsAndIsTheSameInAnyOrder(_ seed: UInt64) throws {
        var generator = Generator(state: seed)
        let targets = UserField.allCases.map { AttributeMapper.Target.field($0) } + [.profile(key: "key")]
        for _ in 0..<400 {
            let rule = try Self.rule(&generator)
            let target = targets.randomElement(using: &generator) ?? .field(.email)
            var values: [String: [LDAPValue]] = [:]
            for name in ["a", "b"] {
                values[name] = (0..<Int.random(in: 0...6, using: &generator)).map { _ in Self.value(&generator) }
            }
            let mapper = AttributeMapper(rule, for: target)
            var warnings: [AttributeWarning] = []
            let made = mapper.make(AttributeMapperTests.entry(values), &warnings)
            switch (made, target) {
            case (.value(let text), .field(let field)):
                #expect(text.unicodeScalars.count <= field.maximumLength && !text.utf8.contains(0) && !text.isEmpty)
            case (.value(let text), .profile):
                #expect(text.utf8.count <= rule.maximumSize && !text.utf8.contains(0) && !text.isEmpty)
            case (.missing, _): #expect(warnings == [])
            case (.unusable, _): #expect(!warnings.isEmpty)
            }
            var others: [AttributeWarning] = []
            let shuffled = values.mapValues { $0.shuffled(using: &generator) }
            #expect(mapper.make(AttributeMapperTests.entry(shuffled), &others) == made)
        }
    }
}
