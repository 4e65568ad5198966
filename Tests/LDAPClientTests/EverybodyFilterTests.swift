import Testing

@testable import LDAPClient

@Suite struct EverybodyFilterTests {
    @Test(arguments: [
        ("(uid={username})", "(uid=*)"),
        ("(&(objectClass=person)(uid={username}))", "(&(objectClass=person)(uid=*))"),
        ("(&(objectClass=person)(|(uid={username})(mail={username})))", "(&(objectClass=person)(|(uid=*)(mail=*)))"),
        ("(|(uid={username})(uid={username}))", "(uid=*)"),
        ("(|(uid={username})(uid={other}))", "(uid=*)"),
        ("(mail={username}@example.org)", "(mail=*@example.org)"),
        ("(krbPrincipalName=host/{username}@REALM)", "(krbPrincipalName=host/*@REALM)"),
        ("(cn={first}{last})", "(cn=*)"), ("(cn={first} {last})", "(cn=* *)"),
        ("(cn={first}, {last}x)", "(cn=*, *x)"),
        ("(cn=a{username}b*c{username}*d)", "(cn=a*b*c*d)"), ("(cn=*{username}*)", "(cn=*)"),
        ("(cn={username}*x*)", "(cn=*x*)"), ("(cn=x*{username})", "(cn=x*)"),
        ("(mail={username}\\2a\\28)", "(mail=*\\2a\\28)"),
        ("(&(uid={username})(!(employeeType=former)))", "(&(uid=*)(!(employeeType=former)))"),
        ("(&(uid={username})(!(cn={username})))", "(uid=*)"),
        ("(&(uid={username})(!(|(a=1)(cn={username}))))", "(uid=*)"),
        ("(&(uid={username})(!(!(cn={username}))))", "(uid=*)"),
        ("(!(cn={username}))", "(objectClass=*)"), ("(|(a=1)(!(cn={username})))", "(objectClass=*)"),
        ("(cn~={username})", "(cn=*)"), ("(n>={username})", "(n=*)"), ("(n<=5{username})", "(n=*)"),
        ("(cn:caseExactMatch:={username})", "(cn=*)"), ("(cn:dn:caseExactMatch:={username})", "(objectClass=*)"),
        ("(&(a=1)(:caseExactMatch:={username}))", "(a=1)"),
        ("(member:1.2.840.113556.1.4.1941:=cn=x)", "(member:1.2.840.113556.1.4.1941:=cn=x)"),
        ("(cn;lang-de={username})", "(cn;lang-de=*)"), ("(cn=\\7busername\\7d)", "(cn={username})"),
        ("(&(a=1)(&)(|(b=2*3)(c=*))(n>=5)(d~=x))", "(&(a=1)(&)(|(b=2*3)(c=*))(n>=5)(d~=x))"),
        ("(|)", "(|)"), ("(&)", "(&)"), ("(&(|(uid={username})))", "(&(|(uid=*)))"),
    ])
    func eachPlaceForANameTakesAnyName(_ template: String, _ expected: String) throws {
        let everybody = try FilterTemplate(template).everybody
        #expect(everybody.description == expected)
        #expect(try Filter(parsing: everybody.description) == everybody)
    }

    /// Against an evaluator of our own: whoever is found by some name is among everybody.
    @Test func nobodyIsLeftOut() throws {
        var random = Splitmix(seed: 1)
        var found = 0
        var leftOut = 0
        for _ in 0..<3000 {
            let template = try FilterTemplate(Self.filter(depth: 3, &random))
            let everybody = template.everybody
            #expect(try Filter(parsing: everybody.description) == everybody)
            for _ in 0..<10 {
                let entry = Dictionary(uniqueKeysWithValues: ["a", "b"].map { ($0, Self.values(&random)) })
                let isAmongAll = everybody.node.matches(entry)
                if !isAmongAll { leftOut += 1 }
                for name in ["x", "y", "xy"] where try template.filter(["username": name]).node.matches(entry) {
                    found += 1
                    #expect(isAmongAll, "\(template) finds \(entry) by \(name), and \(everybody) does not")
                }
            }
        }
        #expect(found > 1000 && leftOut > 1000)
    }

    private static func values(_ random: inout Splitmix) -> [String] {
        (0..<Int.random(in: 0...2, using: &random)).map { _ in
            String((0..<Int.random(in: 1...4, using: &random)).map { _ in "xyz".randomElement(using: &random) ?? "x" })
        }
    }

    private static func filter(depth: Int, _ random: inout Splitmix) -> String {
        let values = ["{username}", "x", "y", "x{username}", "{username}y", "{username}x{username}"]
        let attribute = ["a", "b"].randomElement(using: &random) ?? "a"
        let value = { (random: inout Splitmix) in values.randomElement(using: &random) ?? "x" }
        let parts = { (random: inout Splitmix) in
            (0..<Int.random(in: 1...3, using: &random)).map { _ in filter(depth: depth - 1, &random) }.joined()
        }
        switch Int.random(in: 0..<(depth > 0 ? 10 : 6), using: &random) {
        case 0, 1: return "(\(attribute)=\(value(&random)))"
        case 2: return "(\(attribute)=\(value(&random))*\(value(&random)))"
        case 3: return "(\(attribute)=*\(value(&random))*)"
        case 4: return "(\(attribute)\([">=", "<=", "~="].randomElement(using: &random) ?? "~=")\(value(&random)))"
        case 5: return "(\(["a:", "a:dn:", ":"].randomElement(using: &random) ?? ":")2.5.13.2:=\(value(&random)))"
        case 6, 7: return "(&\(parts(&random)))"
        case 8: return "(|\(parts(&random)))"
        default: return "(!\(filter(depth: depth - 1, &random)))"
        }
    }
}

extension FilterNode<[UInt8]> {
    /// Whether an entry matches, with values compared octet by octet. Every entry has an object class.
    fileprivate func matches(_ entry: [String: [String]]) -> Bool {
        func any(_ attribute: String?, _ holds: ([UInt8]) -> Bool) -> Bool {
            let values = attribute.map { entry[$0] ?? [] } ?? entry.values.flatMap(\.self)
            return values.contains { holds(Array($0.utf8)) }
        }
        switch self {
        case .and(let nodes): return nodes.allSatisfy { $0.matches(entry) }
        case .or(let nodes): return nodes.contains { $0.matches(entry) }
        case .not(let node): return !node.matches(entry)
        case .present(let attribute): return attribute == "objectClass" || any(attribute) { _ in true }
        case .comparison(.greaterOrEqual, let attribute, let value):
            return any(attribute) { !$0.lexicographicallyPrecedes(value) }
        case .comparison(.lessOrEqual, let attribute, let value):
            return any(attribute) { !value.lexicographicallyPrecedes($0) }
        case .comparison(_, let attribute, let value): return any(attribute) { $0 == value }
        // With "dn" the value may stand anywhere.
        case .extensible(let attribute, _, let dnAttributes, let value):
            return any(dnAttributes ? nil : attribute) { $0 == value }
        case .substrings(let attribute, let initial, let middle, let final):
            return any(attribute) { value in
                var rest = value[...]
                guard rest.starts(with: initial ?? []) else { return false }
                rest = rest.dropFirst(initial?.count ?? 0)
                for part in middle {
                    guard let found = rest.firstRange(of: part) else { return false }
                    rest = rest[found.upperBound...]
                }
                return rest.count >= (final?.count ?? 0) && rest.suffix(final?.count ?? 0).elementsEqual(final ?? [])
            }
        }
    }
}
