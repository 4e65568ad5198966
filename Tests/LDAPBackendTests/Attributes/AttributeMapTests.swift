import AuthCore
import LDAPBackend
import Testing

@Suite struct AttributeMapTests {
    @Test func theUsualMapHasNoProblems() {
        #expect(AttributeMap().problems == [])
        #expect(
            AttributeMap().fields == [.firstName: "givenName", .lastName: "sn", .email: .attribute("mail")])
    }

    @Test func whatARuleCannotMeanIsNamed() throws {
        let map = AttributeMap(
            username: "userPassword",
            fields: [
                .firstName: AttributeRule(.attribute("cn"), values: .all),
                .lastName: AttributeRule(.attribute("photo"), type: .binary),
                .email: .template(try AttributeTemplate("{unicodePwd}@example.org")),
            ],
            profile: [
                "a": AttributeRule(.attribute("x"), maximumSize: 0),
                "b": AttributeRule(.attribute("x"), maximumSize: 2 << 20),
                "c": AttributeRule(.attribute("x"), values: .joined(), type: .binary), "d": "USERPASSWORD;lang-de",
                "e": AttributeRule(.template(try AttributeTemplate("{x}")), type: .binary),
            ])
        #expect(
            map.problems == [
                "username: userPassword holds a secret, which is never read.",
                "first_name holds one text; take the first value, or join them.",
                "last_name holds text; keep octets such as a photo in the profile.",
                "email: unicodePwd holds a secret, which is never read.",
                "a: the size must be from 1 to 1048576 bytes.", "b: the size must be from 1 to 1048576 bytes.",
                "c: octets cannot be joined; take the first value, or all.",
                "d: USERPASSWORD;lang-de holds a secret, which is never read.",
                "e: a template makes text, and text is not binary.",
            ])
    }

    @Test func aRuleIsShownWithWhatIsNotAsUsual() throws {
        #expect(AttributeRule.attribute("mail").description == "mail")
        #expect(
            AttributeRule(.attribute("memberUid"), values: .all, type: .integer, whenMissing: .refuse).description
                == "memberUid (all, integer, required)")
        #expect(
            AttributeRule(
                .template(try AttributeTemplate("{a} {b}")), values: .joined(separator: "\n"), whenMissing: .keep,
                maximumSize: 9
            ).description == #"{a} {b} (joined by "\n", kept when missing, at most 9 bytes)"#)
    }
}
