import Foundation

extension SmallCompany {
    /// The company for Active Directory: change records that add entries, and those that set what a domain controller keeps
    /// by itself.
    static func activeDirectory(
        suffix: String, servicePassword: String, _ content: DirectoryContent
    ) -> (entries: String, changes: String) {
        let kind = DirectoryKind.activeDirectory
        let (people, groups) = ("ou=people,\(suffix)", "ou=groups,\(suffix)")
        var ldif = LDIFText()
        var changes = LDIFText()
        // Three wrong passwords lock for half an hour; passwords may be changed at once. In units of 100 ns, negative.
        ldif.replace(
            suffix,
            [
                ("lockoutThreshold", "3"), ("lockoutDuration", "-18000000000"),
                ("lockOutObservationWindow", "-18000000000"), ("minPwdAge", "0"),
            ])
        for (name, parent) in [
            ("people", suffix), ("groups", suffix), ("services", suffix), ("berlin", people),
        ] {
            ldif.add("ou=\(name),\(parent)", [("objectClass", "organizationalUnit"), ("ou", name)])
        }
        ldif.add(
            "cn=bridge,ou=services,\(suffix)",
            [("objectClass", "user"), ("cn", "bridge")]
                + account("bridge", password: servicePassword, control: 0x10200))
        for person in self.people {
            let dn = kind.dn(person.name, below: people)
            ldif.add(dn, activeDirectoryEntry(of: person))
            if person.state == .passwordExpired { changes.replace(dn, [("pwdLastSet", longAgo)]) }
        }
        // Who gets a primary group has to be its member before.
        let primaryMembers = self.people.filter { $0.primaryGroup != nil }.map(\.login)
        for group in self.groups + [Group(name: primaryGroup.name, people: primaryMembers)] {
            let members =
                self.people.filter { group.people.contains($0.login) }.map { kind.dn($0.name, below: people) }
                + group.groups.map { kind.dn($0, below: groups) }
            ldif.add(
                kind.dn(group.name, below: groups),
                [("objectClass", "group"), ("cn", group.name), ("sAMAccountName", group.name)]
                    + members.map { ("member", $0) })
        }
        ldif.add("cn=services,cn=Password Settings Container,cn=System,\(suffix)", serviceSettings(suffix))
        if content == .companyAndCrowd { addCrowd(to: &ldif, kind, suffix, memberClass: "contact") }
        return (ldif.text, changes.text)
    }

    /// The attributes of somebody's entry.
    static func activeDirectoryEntry(of person: Person) -> [(String, String)] {
        [
            ("objectClass", "user"), ("cn", person.name), ("givenName", person.givenName), ("sn", person.surname),
            ("mail", person.mail), ("displayName", person.name),
        ]
            + account(
                person.login(in: .activeDirectory), password: person.password,
                control: person.state == .disabled ? 0x202 : 0x200)
            + (person.state == .accountExpired ? [("accountExpires", longAgo)] : [])
            + (person.state == .mustChange ? [("pwdLastSet", "0")] : [])
    }

    /// The first of January 2020, in units of 100 ns since 1601.
    private static let longAgo = "132223104000000000"

    /// The attributes of a user who can log in.
    private static func account(
        _ name: String, password: String, control: Int
    ) -> [(String, String)] {
        // The quoted password in UTF-16; the second colon says that the value is in base64.
        let quoted = Data("\"\(password)\"".utf16.flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] })
        return [
            ("sAMAccountName", name), ("userPrincipalName", "\(name)@ad.example.org"),
            ("unicodePwd:", quoted.base64EncodedString()), ("userAccountControl", "\(control)"),
        ]
    }

    /// Fine-grained settings by which wrong passwords do not lock the service account.
    private static func serviceSettings(_ suffix: String) -> [(String, String)] {
        [
            ("objectClass", "msDS-PasswordSettings"), ("msDS-PasswordSettingsPrecedence", "1"),
            ("msDS-PasswordReversibleEncryptionEnabled", "FALSE"), ("msDS-PasswordHistoryLength", "0"),
            ("msDS-PasswordComplexityEnabled", "TRUE"), ("msDS-MinimumPasswordLength", "7"),
            ("msDS-MinimumPasswordAge", "0"), ("msDS-MaximumPasswordAge", "-9223372036854775808"),
            ("msDS-LockoutThreshold", "0"), ("msDS-LockoutObservationWindow", "-18000000000"),
            ("msDS-LockoutDuration", "-18000000000"), ("msDS-PSOAppliesTo", "cn=bridge,ou=services,\(suffix)"),
        ]
    }
}
