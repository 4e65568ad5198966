import LDAPClient
import Testing

@Suite struct DistinguishedNameKeyTests {
    @Test(arguments: [
        ("uid=alice,ou=people,dc=example,dc=org", "uid=alice,ou=people,dc=example,dc=org"),
        ("UID=Alice , OU=People,dc=Example,DC=org", "uid=alice,ou=people,dc=example,dc=org"),
        ("0.9.2342.19200300.100.1.1=alice,domainComponent=org", "uid=alice,dc=org"),
        ("cn=Comma\\, Carl,o=x", "cn=comma\\2c carl,o=x"), ("UID=b+CN=a,o=x", "cn=a+uid=b,o=x"),
        ("cn=Łukasz", "cn=\\c5\\82ukasz"), ("cn=\\ff", "cn=\\ff"), ("cn=#020161", "cn=#020161"),
        ("cn=a\\\\b", "cn=a\\5cb"), ("", ""),
    ])
    func aKeyIsPlainTextWithOneSpellingForAll(_ text: String, _ key: String) throws {
        var keys = DistinguishedNameKeys()
        #expect(keys.key(for: text) == key)
        #expect(try DistinguishedName(text).canonicalKey == key)
    }

    @Test(arguments: [
        "alice", "uid=a,", "uid=a, ", ",uid=a", "uid=a,,dc=b", "uid=a;dc=b", "uid=\"a\"", "uid=a\\", "uid=#zz",
        "uid=a\0b",
        "1.=x", "u id=x", "uid=a+b", "ü=x", "uid=a,b", "uid=a,dc=b,", "-x=a", "=a",
    ])
    func whatIsNoDNHasNone(_ text: String) {
        var keys = DistinguishedNameKeys()
        #expect(keys.key(for: text) == nil)
        #expect(keys.key(for: "uid=x," + text) == nil, "as a parent")
        #expect(throws: LDAPError.self) { try DistinguishedName(text) }
    }

    @Test func octetsThatAreNoTextHaveNone() {
        var keys = DistinguishedNameKeys()
        #expect(keys.key(for: Array("uid=".utf8) + [0xFF]) == nil)
        #expect(keys.key(for: Array("uid=a,dc=".utf8) + [0xC3, 0x28]) == nil)
    }

    /// OpenLDAP takes the first two for different entries, 389 Directory Server the next two, and any server the last two.
    @Test(arguments: [
        ("cn=straße", "cn=strasse"), ("cn=ｅve", "cn=eve"), ("homeDirectory=/A", "homeDirectory=/a"),
        ("cn=e\u{301}", "cn=é"),
    ])
    func whatSomeDirectoryTellsApartHasTwoKeys(_ one: String, _ other: String) throws {
        let names = try (DistinguishedName(one), DistinguishedName(other))
        #expect(names.0.canonicalKey != names.1.canonicalKey)
        #expect(names.0.looseKey == names.1.looseKey)
    }

    @Test(arguments: DistinguishedNameTests.hostile)
    func anyValueHasTheKeyOfItsName(_ value: String) throws {
        let name = try DistinguishedName("uid=\(DistinguishedName.escape(value)),ou=people,dc=example")
        var keys = DistinguishedNameKeys()
        #expect(keys.key(for: name.description) == name.canonicalKey)
        #expect(name.canonicalKey.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F })
    }

    /// Spellings put together at random: two texts have the same key only if they are the same name, and the same loose key exactly then.
    @Test func keysAreEqualOnlyWhereNamesAre() throws {
        var random = Splitmix(seed: 2)
        var keys = DistinguishedNameKeys()
        var names: [(text: String, name: DistinguishedName?, key: String?, looseKey: String?)] = []
        for _ in 0..<800 {
            let text = Self.text(&random)
            let name = try? DistinguishedName(text)
            let key = keys.key(for: text)
            #expect((name == nil) == (key == nil), "\(text)")
            #expect(name?.canonicalKey == key, "\(text)")
            #expect(key.map(DistinguishedNameKeys.looseKey) == name?.looseKey, "\(text) \(key ?? "")")
            names.append((text, name, key, name?.looseKey))
        }
        var equal = 0
        for (index, left) in names.enumerated() {
            guard left.name != nil else { continue }
            for right in names[(index + 1)...] where right.name != nil {
                let areEqual = left.name == right.name
                if areEqual { equal += 1 }
                if left.key == right.key && !areEqual || areEqual != (left.looseKey == right.looseKey) {
                    Issue.record("\(left.text) and \(right.text)")
                }
            }
        }
        #expect(equal > 600)
        #expect(names.count { $0.name == nil } > 25)
    }

    private static let types = [
        "cn", "CN", "2.5.4.3", "OID.2.5.4.3", "commonName", "uid", "UID", "userid", "0.9.2342.19200300.100.1.1", "ou",
        "x-thing", "X-Thing", "a_b", "1.2.3.4",
    ]
    private static let values = [
        "a", "A", "\\61", "\\41", "#04016", "#040161", "#0C0161", "#020161", " a", "a ", "a  ", "\\ a", "a\\ ", "a b",
        "A B", "a  b", "a\\20b", "a\u{A0}b", "a\\,b", "a\\2Cb", "a\\2cB", "a\\+b", "a=b", "a\\=b", "é", "É", "e\u{301}",
        "\\c3\\a9", "ｅ\u{301}", "ß", "ss", "SS", "\\ff", "\\FF", "#0402FF61", "", "#", "a\"", "a;b", "\\\\", "a#b",
        "日本",
    ]
    private static let separators = [",", ",", ",", ",", " , ", ", ", "+", "+", " + ", ",,", ";"]

    private static func text(_ random: inout Splitmix) -> String {
        var text = ""
        for index in 0..<Int.random(in: 1...3, using: &random) {
            if index > 0 {
                // What cannot be read is rare.
                let count = Int.random(in: 0..<10, using: &random) == 0 ? separators.count : separators.count - 2
                text += separators[Int.random(in: 0..<count, using: &random)]
            }
            text += types[Int.random(in: 0..<types.count, using: &random)]
            text += Int.random(in: 0..<8, using: &random) == 0 ? " = " : "="
            text += values[Int.random(in: 0..<values.count, using: &random)]
        }
        return text
    }
}
