import LDAPBackend
import LDAPClient
import Testing

@Suite struct GroupNamingTests {
    private static let dn = "cn=Sales EMEA,ou=groups,dc=example,dc=org"

    private static func rewrite(_ pattern: String, _ replacement: String) throws -> GroupNameRewrite {
        try GroupNameRewrite(pattern: pattern, replacement: replacement)
    }

    @Test func withoutAWordNamesStay() {
        for name in ["", "Sales", "ÄÖ", "a/b=c,d", " x "] {
            #expect(GroupNaming().localName(name, dn: "cn=x") == name)
            #expect(GroupNaming().localName(name, dn: nil) == name)
        }
    }

    @Test func namesAreRewrittenThenCasedThenPrefixed() throws {
        let naming = GroupNaming(rewrite: try Self.rewrite("^APP_(.+)$", "$1"), letterCase: .lower, prefix: "Corp-")
        #expect(naming.localName("APP_Wiki", dn: nil) == "Corp-wiki")
        #expect(naming.localName("ÄRZTE", dn: nil) == "Corp-ärzte")
        #expect(naming.localName("", dn: nil) == "")
    }

    @Test func theTableGoesBeforeAllElseAndItsNamesStandAsTheyAre() {
        let naming = GroupNaming(
            table: [
                "CN=sales\\20emea, OU=groups,DC=example,DC=org": "by-dn", "sales emea": "by-name", "HR": "People Team",
                "a=b": "odd",
            ], letterCase: .lower, prefix: "corp-")
        #expect(naming.localName("Sales EMEA", dn: Self.dn) == "by-dn")
        #expect(naming.localName("SALES emea", dn: "cn=x,dc=example,dc=org") == "by-name")
        #expect(naming.localName("hr", dn: nil) == "People Team")
        #expect(naming.localName("A=B", dn: "not a dn") == "odd")
        #expect(naming.localName("Other", dn: Self.dn.replacing("EMEA", with: "APAC")) == "corp-other")
    }

    @Test(arguments: [
        ("^app-(.+)-users$", "$1", "app-wiki-users", "wiki"), ("^app-(.+)-users$", "$1", "wiki", "wiki"),
        ("a", "b", "aaa", "baa"), ("(\\w+) (\\w+)", "$2-$1", "big team", "team-big"), ("x*", "$$$0!", "xxab", "$xx!ab"),
        ("(a)|(b)", "<$1$2>", "cb", "c<b>"), (" ", "", "R D", "RD"), ("é", "e", "cafe\u{301}", "cafe"),
        ("^.*$", "", "gone", ""),
    ])
    func whatMatchesIsReplaced(_ pattern: String, _ replacement: String, _ name: String, _ expected: String) throws {
        #expect(try Self.rewrite(pattern, replacement).apply(to: name) == expected)
    }

    @Test(arguments: [
        ("(", "x"), ("", "x"), ("[a", "x"), ("a", "$1"), ("(a)", "$2"), ("(a)|b", "$3"), ("a", "$"), ("a", "$x"),
        ("a", "$٣"),
    ])
    func whatCannotBeMeantIsRefused(_ pattern: String, _ replacement: String) {
        #expect(throws: LDAPError.self) { try Self.rewrite(pattern, replacement) }
    }

    /// A name of a group is nothing that the administrator wrote.
    @Test func aVeryLongNameIsNotSearched() throws {
        let name = String(repeating: "a", count: 100_000)
        #expect(try Self.rewrite("(a+)+b", "").apply(to: name) == name)
    }
}
