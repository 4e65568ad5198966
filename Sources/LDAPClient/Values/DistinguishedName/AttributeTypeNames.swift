/// The names and OIDs under which naming attributes are known (RFC 4519, RFC 4524; section 3 of RFC 4514).
enum AttributeTypeNames {
    /// One spelling for all the names of a type; a type that is not listed is its name in lower case.
    static func canonical(_ type: String) -> String {
        var name = ASCII.lowercased(type)
        // RFC 1779 wrote OIDs with this prefix, and some servers still do.
        if name.hasPrefix("oid.") { name.removeFirst(4) }
        return aliases[name] ?? name
    }

    /// Whether every directory compares values of a type without regard to ASCII case and to repeated spaces. Of a type that is not listed
    /// nobody here knows (`homeDirectory` is compared exactly).
    static func ignoresCase(_ canonical: String) -> Bool {
        listed.contains(canonical) && StringMatchingRule(canonicalAttribute: canonical) == .caseIgnore
    }

    private static let listed: Set<String> = Set(aliases.values)

    private static let aliases: [String: String] = {
        let types: [(oid: String, names: [String])] = [
            ("2.5.4.3", ["cn", "commonname"]),
            ("2.5.4.4", ["sn", "surname"]),
            ("2.5.4.5", ["serialnumber"]),
            ("2.5.4.6", ["c", "countryname"]),
            ("2.5.4.7", ["l", "localityname"]),
            ("2.5.4.8", ["st", "stateorprovincename"]),
            ("2.5.4.9", ["street", "streetaddress"]),
            ("2.5.4.10", ["o", "organizationname"]),
            ("2.5.4.11", ["ou", "organizationalunitname"]),
            ("2.5.4.12", ["title"]),
            ("2.5.4.20", ["telephonenumber"]),
            ("2.5.4.24", ["x121address"]),
            ("2.5.4.25", ["internationalisdnnumber"]),
            ("2.5.4.41", ["name"]),
            ("2.5.4.42", ["givenname", "gn"]),
            ("0.9.2342.19200300.100.1.20", ["homephone", "hometelephonenumber"]),
            ("0.9.2342.19200300.100.1.41", ["mobile", "mobiletelephonenumber"]),
            ("0.9.2342.19200300.100.1.42", ["pager", "pagertelephonenumber"]),
            ("1.3.6.1.4.1.250.1.57", ["labeleduri"]),
            ("1.3.6.1.1.1.1.3", ["homedirectory"]),
            ("1.3.6.1.1.1.1.4", ["loginshell"]),
            ("1.3.6.1.1.1.1.12", ["memberuid"]),
            ("1.3.6.1.1.1.1.13", ["membernisnetgroup"]),
            ("0.9.2342.19200300.100.1.1", ["uid", "userid"]),
            ("0.9.2342.19200300.100.1.3", ["mail", "rfc822mailbox"]),
            ("0.9.2342.19200300.100.1.25", ["dc", "domaincomponent"]),
            ("1.2.840.113549.1.9.1", ["emailaddress", "email", "e"]),
        ]
        var table: [String: String] = [:]
        for (oid, names) in types {
            table[oid] = names[0]
            for name in names { table[name] = names[0] }
        }
        return table
    }()
}
