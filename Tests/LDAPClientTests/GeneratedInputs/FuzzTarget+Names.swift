#if canImport(LDAPClient)
@testable import LDAPClient
#endif

extension FuzzTarget {
    static let distinguishedName = FuzzTarget(
        "dn",
        texts: [
            "", "uid=alice,ou=people,dc=example,dc=org", "CN=Comma\\, Carl+UID=x , O=\\#x\\20",
            "OID.2.5.4.3=\\c3\\a9,2.5.4.11=#0C02C3A9",
            "cn=#020101", "cn= a  b ,telephoneNumber=1-2", "memberUid=A,cn=é,cn=e\u{301}", "cn=\\ff\\fe,o=x",
            "cn=\\ ,cn=\\  ,cn=", "cn=a \u{98}\u{323}",
        ],
        words: [
            ",", "+", "=", "\\", "\\,", "\\2c", "\\20", "\\ ", "#", "#04", "0x", "\"", ";", "<", ">", " ", "  ", "cn=",
            "2.5.4.3=", "oid.",
            "\0", "\\00", "\\ff", "\u{A0}", "\u{AD}", "ß", "ı", "\u{301}", "dc=org", "memberUid=",
        ]
    ) { text in
        let name: DistinguishedName
        do throws(LDAPError) {
            name = try DistinguishedName(text)
        } catch {
            var keys = DistinguishedNameKeys()
            guard error.code == .invalidDN else { return "refused with \(error.code)" }
            return keys.key(for: text) == nil ? nil : "what is no DN has a key"
        }
        let written = name.description
        guard let again = try? DistinguishedName(written) else { return "its own text is no DN: \(written)" }
        guard again == name, again.hashValue == name.hashValue else { return "its own text is another DN: \(written)" }
        guard again.description == written else { return "its own text is written otherwise: \(written)" }
        guard name.isEqualOrBelow(name), name.parent.map(name.isEqualOrBelow) ?? true else {
            return "not below its parent"
        }
        var keys = DistinguishedNameKeys()
        guard keys.key(for: text) == name.canonicalKey, keys.key(for: written) == name.canonicalKey else {
            return "has two keys"
        }
        guard name.canonicalKey.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else { return "its key is not plain" }
        guard let keyed = try? DistinguishedName(name.canonicalKey), keyed == name else {
            return "its key is another DN"
        }
        guard DistinguishedNameKeys.looseKey(for: name.canonicalKey) == name.looseKey else {
            return "has two loose keys"
        }
        return nil
    }

    static let url = FuzzTarget(
        "url",
        texts: [
            "ldap://ldap.example.org", "ldaps://ldap.example.org:636/", "LDAP://[::1]:389", "ldap://127.0.0.1:65535",
            "ldaps://[fe80::1]", "ldap://[::ffff:1.2.3.4]", "ldap://l:\u{94B} dap.example.org",
        ],
        words: [
            "ldap://", "ldaps://", "ldapi://", "[", "]", ":", "/", "%", "?", "@", "0", "65536", "::", "%2F", " ", "..",
            "xn--", "é",
        ]
    ) { text in
        guard let url = try? LDAPURL(text) else { return nil }
        guard (0...65535).contains(url.port) else { return "port \(url.port)" }
        guard (try? LDAPURL(url.description)) == url else { return "its own text is another address: \(url)" }
        return nil
    }

    static let preparation = FuzzTarget(
        "preparation",
        corpus: ["Žofie  Ｎ", "Straße", "e\u{301}", " 1-2 3 ", "ﷺ", "\u{1D15E}", "각", "ΟΔΟΣ", "ı"].map { Array($0.utf8) }
            + [[0xFF]],
        words: [
            " ", "-", "\u{301}", "\u{323}", "\u{345}", "\u{AD}", "\u{E000}", "\u{FFFD}", "\u{A0}", "İ", "\u{10430}",
            "\u{11A8}", "ﾞ",
        ]
    ) { octets in
        for rule in StringMatchingRule.allCases {
            let once = rule.prepare(octets)
            guard rule.matches(octets, octets) else { return "does not equal itself by \(rule)" }
            // What cannot be prepared is not prepared twice.
            guard String(validating: once, as: UTF8.self) != nil else { continue }
            guard rule.prepare(once) == once else { return "prepared twice it is another by \(rule)" }
            guard rule.matches(octets, once) else { return "does not equal what is prepared of it by \(rule)" }
        }
        return nil
    }
}
