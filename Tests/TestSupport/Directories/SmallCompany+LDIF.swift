/// How much of the ``SmallCompany`` a directory holds.
public enum DirectoryContent: Sendable {
    /// The people and the groups.
    case company
    /// Also ``SmallCompany/crowd``, which takes seconds to load.
    case companyAndCrowd
}

extension SmallCompany {
    /// The company for a directory of inetOrgPerson and groupOfNames, as change records that add entries.
    /// - Parameters:
    ///   - kind: OpenLDAP or 389 Directory Server.
    ///   - suffix: Below what; `ou=people`, `ou=groups` and `ou=policies` exist.
    static func ldif(for kind: DirectoryKind, suffix: String, _ content: DirectoryContent) -> LDIFText {
        var ldif = LDIFText()
        let (people, groups) = ("ou=people,\(suffix)", "ou=groups,\(suffix)")
        ldif.add("ou=berlin,\(people)", [("objectClass", "organizationalUnit"), ("ou", "berlin")])
        ldif.add(
            kind.dn(primaryGroup.name, below: groups),
            [
                ("objectClass", "posixGroup"), ("cn", primaryGroup.name), ("gidNumber", "\(primaryGroup.number)"),
            ])
        for (index, person) in self.people.enumerated() {
            ldif.add(
                kind.dn(person.name, below: people), entry(of: person, number: 10_000 + index, in: kind, suffix: suffix)
            )
        }
        for group in self.groups {
            let members =
                self.people.filter { group.people.contains($0.login) }.map { kind.dn($0.name, below: people) }
                + group.groups.map { kind.dn($0, below: groups) }
            ldif.add(
                kind.dn(group.name, below: groups),
                [("objectClass", "groupOfNames"), ("cn", group.name)] + members.map { ("member", $0) })
        }
        if content == .companyAndCrowd { addCrowd(to: &ldif, kind, suffix, memberClass: "device") }
        return ldif
    }

    /// The attributes of somebody's entry.
    /// - Parameter number: Their `uidNumber`.
    static func entry(
        of person: Person, number: Int, in kind: DirectoryKind, suffix: String
    ) -> [(String, String)] {
        [
            ("objectClass", "inetOrgPerson"), ("objectClass", "posixAccount"), ("cn", person.name),
            ("uid", person.login), ("givenName", person.givenName), ("sn", person.surname), ("mail", person.mail),
            ("userPassword", person.password), ("uidNumber", "\(number)"),
            ("gidNumber", person.primaryGroup == nil ? "5000" : "\(primaryGroup.number)"),
            ("homeDirectory", "/nonexistent"),
        ] + attributes(of: person.state, in: kind, suffix: suffix)
    }

    /// Adds 4,999 entries and the group of these and anna.
    static func addCrowd(to ldif: inout LDIFText, _ kind: DirectoryKind, _ suffix: String, memberClass: String) {
        let base = "ou=crowd,\(suffix)"
        ldif.add(base, [("objectClass", "organizationalUnit"), ("ou", "crowd")])
        var members = [kind.dn("Anna Arendt", below: "ou=people,\(suffix)")]
        for number in 1..<crowd.size {
            let dn = kind.dn("member \(number)", below: base)
            ldif.add(dn, [("objectClass", memberClass), ("cn", "member \(number)")])
            members.append(dn)
        }
        let type = [
            ("objectClass", kind == .activeDirectory ? "group" : "groupOfNames"), ("cn", crowd.name),
        ]
        let account = kind == .activeDirectory ? [("sAMAccountName", crowd.name)] : []
        ldif.add(kind.dn(crowd.name, below: "ou=groups,\(suffix)"), type + account + members.map { ("member", $0) })
    }

    /// What makes a directory see a state. Locked accounts are locked by wrong passwords when the server runs.
    fileprivate static func attributes(of state: State, in kind: DirectoryKind, suffix: String) -> [(String, String)] {
        func policy(_ name: String) -> String { "cn=\(name),ou=policies,\(suffix)" }
        switch (kind, state) {
        case (.openLDAP, .disabled): return [("pwdAccountLockedTime", "000001010000Z")]
        case (.openLDAP, .accountExpired): return [("pwdEndTime", "20200101000000Z")]
        case (.openLDAP, .passwordExpired):
            return [("pwdPolicySubentry", policy("monthly")), ("pwdChangedTime", "20200101000000Z")]
        case (.openLDAP, .mustChange): return [("pwdReset", "TRUE")]
        case (.directoryServer389, .disabled): return [("nsAccountLock", "true")]
        case (.directoryServer389, .accountExpired):
            return [("acctPolicySubentry", policy("daily")), ("lastLoginTime", "20200101000000Z")]
        case (.directoryServer389, .passwordExpired): return [("pwdpolicysubentry", policy("monthly"))]
        case (.directoryServer389, .mustChange): return [("pwdpolicysubentry", policy("reset"))]
        case (_, .usual), (_, .locked), (.activeDirectory, _): return []
        }
    }
}

extension DirectoryServer {
    /// Adds somebody, for instance one who has been deleted before.
    public func add(_ person: SmallCompany.Person) async throws {
        var ldif = LDIFText()
        let entry =
            kind == .activeDirectory
            ? SmallCompany.activeDirectoryEntry(of: person)
            : SmallCompany.entry(of: person, number: 20_000, in: kind, suffix: suffix)
        ldif.add(dn(of: person), entry)
        try await add(ldif: ldif.text)
    }

    /// Gives somebody another login: `uid`, or both names that Active Directory has for it. Their entry's name stays.
    public func setLogin(_ login: String, of person: SmallCompany.Person) async throws {
        var ldif = LDIFText()
        ldif.replace(
            dn(of: person),
            kind == .activeDirectory
                ? [("sAMAccountName", login), ("userPrincipalName", "\(login)@ad.example.org")] : [("uid", login)])
        try await modify(ldif: ldif.text)
    }

    /// Switches somebody's account off, as an administrator does.
    public func disable(_ person: SmallCompany.Person) async throws {
        let state =
            kind == .activeDirectory
            ? [("userAccountControl", "514")] : SmallCompany.attributes(of: .disabled, in: kind, suffix: suffix)
        var ldif = LDIFText()
        ldif.replace(dn(of: person), state)
        try await modify(ldif: ldif.text)
    }

    /// Locks those who are meant to be, by trying wrong passwords.
    public func lockAccounts() async throws {
        for person in SmallCompany.people where person.state == .locked {
            for _ in 0..<5 {
                let attempt = try await runProcess(
                    "ldapsearch", ["-x", "-H", uri, "-D", dn(of: person), "-w", "wrong", "-s", "base", "-b", ""],
                    environment: ["LDAPNOINIT": "1"])
                guard attempt.status != 0 else {
                    throw TestSupportError("\(kind.rawValue) accepts a wrong password for \(person.login).")
                }
            }
        }
    }
}
