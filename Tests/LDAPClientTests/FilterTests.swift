import LDAPClient
import Testing

@Suite struct FilterTests {
    @Test(arguments: DistinguishedNameTests.hostile)
    func anyValueIsEscapedOnceAndComesBack(_ value: String) throws {
        let filter = Filter.and([.equal("objectClass", "person"), .equal("uid", value)])
        #expect(try Filter(parsing: filter.description) == filter)
        #expect(filter.description.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F })
        #expect(filter.description.count { $0 == "(" } == 3)
    }

    @Test func octetsThatAreNoTextSurvive() throws {
        let filter = Filter.equal("objectGUID", [0xFF, 0x00, 0xC3, 0x28])
        #expect(filter.description == "(objectGUID=\\ff\\00\\c3\\28)")
        #expect(try Filter(parsing: filter.description) == filter)
    }

    @Test(arguments: [
        ("(uid=alice)", "(uid=alice)"), ("(&)", "(&)"), ("(|(a=1)(b=2))", "(|(a=1)(b=2))"),
        ("(!(cn=x))", "(!(cn=x))"), ("(cn=*)", "(cn=*)"), ("(cn=a*b*c)", "(cn=a*b*c)"), ("(cn=*b*)", "(cn=*b*)"),
        ("(cn=\\2a)", "(cn=\\2a)"), ("(cn=)", "(cn=)"), ("(n>=5)", "(n>=5)"), ("(n<=5)", "(n<=5)"),
        ("(n~=5)", "(n~=5)"),
        (" ( & (a=1)\n  ( b=x y ) ) ", "(&(a=1)(b=x y ))"), ("(cn;lang-de=ü)", "(cn;lang-de=\\c3\\bc)"),
        ("(member:1.2.840.113556.1.4.1941:=cn=x)", "(member:1.2.840.113556.1.4.1941:=cn=x)"),
        ("(cn:dn:caseExactMatch:=x)", "(cn:dn:caseExactMatch:=x)"), ("(:dn:2.4.6.8:=x)", "(:dn:2.4.6.8:=x)"),
        ("(cn:=x)", "(cn:=x)"),
    ])
    func textIsReadAndWritten(_ text: String, _ canonical: String) throws {
        let filter = try Filter(parsing: text)
        #expect(filter.description == canonical)
        #expect(try Filter(parsing: canonical) == filter)
    }

    @Test(arguments: [
        "", "uid=alice", "(uid=alice", "(uid=alice))", "()", "(&(a=1)", "(=x)", "(a b=x)", "(cn=a(b)", "(cn=\\)",
        "(cn=\\g0)",
        "(cn=\\2)", "(cn=a**b)", "(n>=a*)", "(!)", "(!(a=1)(b=2))", "(:=x)", "(:dn:=x)", "(cn=x)(cn=y)", "(cn=a\0b)",
        String(repeating: "(!", count: 33) + "(a=1)" + String(repeating: ")", count: 33),
        "(cn=" + String(repeating: "x", count: 8192) + ")",
    ])
    func malformedTextIsRefusedWithItsPlace(_ text: String) throws {
        #expect {
            try Filter(parsing: text)
        } throws: { error in
            let error = error as? LDAPError
            return error?.code == .filterInvalid && error?.reason.contains("offset") == true
        }
    }

    @Test func nameThatIsNoAttributeNeverBecomesAnotherFilter() {
        let filter = Filter.equal("uid=*)(cn", "x")
        #expect(filter.description == "(uid\\3d\\2a\\29\\28cn=x)")
        #expect { try Filter(parsing: filter.description) } throws: { ($0 as? LDAPError)?.code == .filterInvalid }
    }

    @Test(arguments: DistinguishedNameTests.hostile + ["{username}", "{other}"])
    func templateTakesAValueAsItIs(_ name: String) throws {
        let template = try FilterTemplate("(&(objectClass=person)(|(uid={username})(mail=x{username}y*)))")
        #expect(template.placeholders == ["username"])
        let expected = Filter.and([
            .equal("objectClass", "person"),
            .or([.equal("uid", name), .substrings("mail", initial: "x\(name)y")]),
        ])
        #expect(try template.filter(["username": name, "other": "never"]) == expected)
    }

    @Test func templateRefusesMissingAndEmptyValues() throws {
        let template = try FilterTemplate("(uid={username})")
        for values in [[:], ["username": ""], ["user": "x"]] {
            #expect { try template.filter(values) } throws: { ($0 as? LDAPError)?.code == .invalidArgument }
        }
        #expect(template.description == "(uid={username})")
    }

    @Test func templateKeepsLiteralBracesApart() throws {
        let template = try FilterTemplate("(cn=\\7busername\\7d{username})")
        #expect(template.placeholders == ["username"])
        #expect(try template.filter(["username": "x"]) == .equal("cn", "{username}x"))
        #expect(try FilterTemplate(template.description) == template)
        #expect { try FilterTemplate("(cn={user)") } throws: { ($0 as? LDAPError)?.code == .filterInvalid }
        #expect { try FilterTemplate("(cn={})") } throws: { ($0 as? LDAPError)?.code == .filterInvalid }
    }
}

@Suite struct FilterStructureTests {
    @Test func aFilterIsTakenApartOneLevel() throws {
        let filter = try Filter(parsing: "(&(uid=a)(!(|(l=b)(cn:dn:2.5.13.2:=c)))(:2.5.13.2:=d)(mail=*))")
        guard case .and(let parts) = filter.structure, parts.count == 4, case .not(let inner) = parts[1].structure,
            case .or(let alternatives) = inner.structure
        else {
            Issue.record("\(filter.structure)")
            return
        }
        #expect(parts[0].structure == .assertion(attribute: "uid"))
        #expect(parts[2].structure == .assertion(attribute: nil))
        #expect(parts[3].structure == .assertion(attribute: "mail"))
        #expect(alternatives.map(\.description) == ["(l=b)", "(cn:dn:2.5.13.2:=c)"])
        #expect(
            filter.assertions.map(\.description) == [
                "(uid=a)", "(l=b)", "(cn:dn:2.5.13.2:=c)", "(:2.5.13.2:=d)", "(mail=*)",
            ])
    }
}
