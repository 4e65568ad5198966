/// 2,000 groups below `ou=teams` of the suffix. anna of ``SmallCompany`` is in 300 of them: in 100 herself, in 100 through these, in 100 more
/// through those. The others hold one of her colleagues each.
public enum ManyGroups {
    /// How many there are.
    public static let count = 2000
    /// How many of them anna is in.
    public static let countOfAnna = 300
    private static let countOfALevel = 100

    /// The name of a group, counted from 0; anna's come first.
    public static func name(_ number: Int) -> String { "team \(number)" }

    /// The groups as change records, to be added to a directory that holds the company.
    public static func ldif(for server: any DirectoryServer) throws -> String {
        let kind = server.kind
        let base = baseDN(in: server)
        let isActiveDirectory = kind == .activeDirectory
        let anna = server.dn(of: try SmallCompany.person("anna"))
        let others = SmallCompany.people.map { server.dn(of: $0) }.filter { $0 != anna }
        var ldif = LDIFText()
        ldif.add(base, [("objectClass", "organizationalUnit"), ("ou", "teams")])
        for number in 0..<count {
            let member =
                switch number {
                case 0..<countOfALevel: anna
                case countOfALevel..<countOfAnna: kind.dn(name(number - countOfALevel), below: base)
                default: others[number % others.count]
                }
            ldif.add(
                kind.dn(name(number), below: base),
                [("objectClass", isActiveDirectory ? "group" : "groupOfNames"), ("cn", name(number))]
                    + (isActiveDirectory ? [("sAMAccountName", name(number))] : []) + [("member", member)])
        }
        return ldif.text
    }

    /// Below what they are.
    public static func baseDN(in server: any DirectoryServer) -> String { "ou=teams,\(server.suffix)" }
}
