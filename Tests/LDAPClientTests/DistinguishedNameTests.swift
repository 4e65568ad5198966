import LDAPClient
import Testing

@Suite struct DistinguishedNameTests {
    static let hostile = [
        "*", "alice)(uid=*", "alice\\", "a\0b", ",", "+", "a=b", "#sharp", " leading", "trailing ", "  ", " ", "\"q\"",
        "<>;", "\u{7F}\u{1}", "Žofie", "ＡＢＣ", "日本語", "e\u{301}", "🦊", "\\,\\2c", String(repeating: "x", count: 5000),
        String(repeating: ",", count: 5000),
    ]

    @Test(arguments: hostile)
    func anyValueSurvivesEscapingAndParsing(_ value: String) throws {
        let name = try DistinguishedName("uid=\(DistinguishedName.escape(value)),ou=people,dc=example")
        #expect(name.relativeNames.count == 3)
        let part = try #require(name.relativeNames.first?.attributes.first)
        #expect(part.value == Array(value.utf8))
        let again = try DistinguishedName(name.description)
        #expect(again == name)
        #expect(again.description == name.description)
        #expect(again.relativeNames.first?.attributes.first?.value == Array(value.utf8))
    }

    @Test(arguments: [
        ("uid=alice,dc=example", "UID=Alice , DC=EXAMPLE"),
        ("uid=alice,dc=example", "0.9.2342.19200300.100.1.1=alice,domainComponent=example"),
        ("cn=Alice A,o=x", "2.5.4.3=alice   a,organizationName=X"),
        ("cn=Alice A,o=x", "OID.2.5.4.3= Alice A ,O=x"),
        ("cn=alice", "cn=\\61\\6C\\69ce"),
        ("cn=a\\,b", "cn=a\\2cb"),
        ("cn=Hi", "cn=#04024869"),
        ("cn=Hi", "cn=#0C81024869"),
        ("cn=x+uid=y,dc=z", "UID=Y+CN=X,dc=z"),
        ("uid=ｕ１", "uid=u1"),
        ("cn=é", "cn=e\u{301}"),
        ("cn=Straße", "cn=STRASSE"),
        ("cn=ΟΔΟΣ", "cn=οδος"),
        ("cn=a\u{AD}b", "cn=ab"),
        ("cn=a\u{A0}b", "cn=a b"),
        ("cn=ﬁ", "cn=FI"),
        ("", " "),
    ])
    func spellingsOfOneNameAreEqual(_ left: String, _ right: String) throws {
        let (left, right) = try (DistinguishedName(left), DistinguishedName(right))
        #expect(left == right)
        #expect(left.hashValue == right.hashValue)
        #expect(left.isEqualOrBelow(right) && right.isEqualOrBelow(left))
    }

    @Test(arguments: [
        ("uid=alice,dc=example", "uid=alice,dc=example,dc=org"), ("uid=alice", "cn=alice"), ("cn=ab", "cn=a b"),
        ("cn=a\\2cou=b", "cn=a,ou=b"), ("cn=x+uid=y", "cn=x,uid=y"), ("cn=#0500", "cn="), ("cn=\\ff", "cn=\\fe"),
        ("cn=1", "cn=١"),
    ])
    func differentNamesDiffer(_ left: String, _ right: String) throws {
        #expect(try DistinguishedName(left) != DistinguishedName(right))
    }

    @Test(arguments: [
        "alice", "=x", "uid", "uid=a,", ",uid=a", "uid=a,,dc=b", "uid=a;dc=b", "uid=\"a\"", "uid=<a>", "uid=a\\",
        "uid=a\\g",
        "uid=a\\4", "uid=#", "uid=#0", "uid=#zz", "uid=#0405aa", "uid=#04024869 x", "uid=a\0b", "1.=x", "u id=x",
        "uid=a+",
        "uid=a+b", "ü=x",
    ])
    func malformedTextIsRefusedWithItsPlace(_ text: String) throws {
        #expect {
            try DistinguishedName(text)
        } throws: { error in
            let error = error as? LDAPError
            return error?.code == .invalidDN && error?.reason.contains("offset") == true
        }
    }

    @Test func isBelowComparesNamesAndNotTheEndOfTexts() throws {
        let base = try DistinguishedName("ou=people,dc=example,dc=org")
        #expect(try DistinguishedName("uid=a, OU=People, DC=Example, DC=ORG").isEqualOrBelow(base))
        #expect(try !DistinguishedName("uid=a,xou=people,dc=example,dc=org").isEqualOrBelow(base))
        #expect(try !DistinguishedName("uid=a\\,ou=people,dc=example,dc=org").isEqualOrBelow(base))
        #expect(try !DistinguishedName("dc=example,dc=org").isEqualOrBelow(base))
        #expect(base.isEqualOrBelow(DistinguishedName([])))
        #expect(base.parent?.description == "dc=example,dc=org")
        #expect(DistinguishedName([]).parent == nil)
    }

    @Test func textKeepsTheSpellingItCameWith() throws {
        #expect(try DistinguishedName("CN=Alice A , OU=Ä").description == "CN=Alice A,OU=Ä")
        #expect(try DistinguishedName("cn=\\ff\\2c").description == "cn=\\ff\\,")
        #expect(try DistinguishedName("cn=#020101").description == "cn=#020101")
    }
}
