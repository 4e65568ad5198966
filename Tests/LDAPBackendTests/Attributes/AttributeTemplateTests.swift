import LDAPClient
import Testing

@testable import LDAPBackend

@Suite struct AttributeTemplateTests {
    private static func fill(_ template: String, _ values: [String: [LDAPValue]]) throws -> AttributeTemplate.Filling {
        try AttributeTemplate(template).fill(AttributeMapperTests.entry(values))
    }

    @Test(arguments: [
        ("{givenName} {sn}", "Ann Lee"), ("{sn}, {givenName}", "Lee, Ann"), ("{SN}{sn}", "LeeLee"),
        ("{{{sn}}}", "{Lee}"), ("{{sn}} {sn}", "{sn} Lee"), ("}}{sn}{{", "}Lee{"), ("日{sn}本", "日Lee本"),
        ("{title?} {sn}", "Lee"), ("{sn} {title?}", "Lee"), ("{givenName} {title?} {sn}", "Ann Lee"),
        ("{title?} {title?} {sn}", "Lee"), ("{sn}-{title?}", "Lee-"), ("{givenName?} {sn}", "Ann Lee"),
    ])
    func partsAreFilledIn(_ template: String, _ expected: String) throws {
        let values = ["givenName": [LDAPValue("Ann")], "sn": [LDAPValue("Lee")]]
        #expect(try Self.fill(template, values) == .text(expected))
    }

    @Test func aTemplateWithoutOneOfItsPartsHasNoValue() throws {
        let values = ["sn": [LDAPValue("Lee")], "title": [LDAPValue("")]]
        for template in ["{givenName} {sn}", "{title} {sn}", "{uid}@example.org", "{title?}", "{title?} {uid?}"] {
            #expect(try Self.fill(template, values) == .missing)
        }
    }

    @Test func aPartThatIsNoTextMakesNoText() throws {
        let values = ["sn": [LDAPValue([0xFF])], "givenName": [LDAPValue("a\u{0}"), LDAPValue("b")]]
        #expect(try Self.fill("{givenName} {sn}", values) == .unusable(.notText))
        #expect(try Self.fill("{sn?}", values) == .unusable(.notText))
        #expect(try Self.fill("{givenName}", values) == .text("b"))
    }

    @Test func ofSeveralValuesTheFirstInOrderIsTaken() throws {
        for order in [["b", "a"], ["a", "b"]] {
            #expect(try Self.fill("<{cn}>", ["cn": order.map { LDAPValue($0) }]) == .text("<a>"))
        }
    }

    /// A value brings no places of its own.
    @Test func whatIsFilledInIsNotReadAgain() throws {
        let values = ["sn": [LDAPValue("{userPassword}")], "userPassword": [LDAPValue("secret")]]
        #expect(try Self.fill("{sn}", values) == .text("{userPassword}"))
    }

    @Test(arguments: [
        "", "text", "{{sn}}", "{", "}", "{sn", "sn}", "{}", "{?}", "{sn} }", "{s n}", "{sn;}{", "{*}", "{(uid=x)}",
        "{é}", "{-sn}", "{sn??}",
    ])
    func whatNamesNoAttributeIsRefused(_ template: String) {
        #expect(throws: LDAPError.self) { try AttributeTemplate(template) }
    }

    @Test(arguments: ["{givenName} {sn}", "{{{sn;lang-de?}}}", "a}}{2.5.4.4}"])
    func aTemplateIsWrittenAsItWasRead(_ text: String) throws {
        let template = try AttributeTemplate(text)
        #expect(template.description == text)
        #expect(try AttributeTemplate(template.description) == template)
    }
}
