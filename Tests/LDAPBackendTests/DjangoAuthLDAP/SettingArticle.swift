/// The table as a page of the documentation.
enum SettingArticle {
    static func text() -> String {
        introduction + configuration + SettingRow.Part.allCases.map(section).joined() + "\n" + moving
    }

    private static let introduction = """
        # Coming from django-auth-ldap

        Every setting and group type of django-auth-ldap, what it is here, and where the two differ on purpose.

        ## Overview

        What can be configured there can be configured here, in `dirbridge.yaml` or in Swift; each row below is run by the tests on a real OpenLDAP
        server. Where a row differs, it is because the other behaviour lets somebody in, or keeps somebody out, whom nobody meant: a rule that names
        no group keeps people out, accounts belong to entries and not to names, and an outage is never a wrong password.

        The names of settings are without their prefix `AUTH_LDAP_`. A key is written with the keys that hold it: `users: {filter: …}` stands below
        `directories: {NAME: …}`. To see what a configuration was understood as, run `dirbridge config show`; to see what it makes of somebody,
        `dirbridge bind-test USER`.

        """

    /// Loaded by the tests of DirectoryBridge.
    private static let configuration = """

        ### A whole configuration

        Behind each line is the setting that it stands for.

        ```yaml
        database: sqlite:/srv/site/db.sqlite3
        chain: [corp, local]                                        # AUTHENTICATION_BACKENDS
        passwords: {iterations: 1500000}                            # as in Django's PBKDF2PasswordHasher

        directories:
          corp:
            servers: ["ldaps://ldap1.example.org", "ldaps://ldap2.example.org"]     # SERVER_URI
            tls: {ca_file: /etc/ssl/corp-ca.pem}                    # CONNECTION_OPTIONS; start_tls: true for START_TLS
            timeouts: {connect: 3s, operation: 5s}                  # CONNECTION_OPTIONS
            service_account:
              dn: cn=bridge,ou=services,dc=example,dc=org           # BIND_DN
              password_file: /etc/dirbridge/bind.password           # BIND_PASSWORD
            new_users: create                                       # NO_NEW_USERS
            adopt: unusable                                         # get_or_build_user, with its limits
            users:
              base: ["ou=people,dc=example,dc=org", "ou=partners,dc=example,dc=org"]    # USER_SEARCH, a union
              filter: (uid={username})                              # USER_SEARCH
              attributes: {username: uid, first_name: givenName, last_name: sn, email: mail}     # USER_ATTR_MAP
              profile: {department: departmentNumber}               # USER_ATTR_MAP, fields of one's own
              require: {any: [{dn: "cn=staff,ou=groups,dc=example,dc=org"}, {dn: "cn=partners,ou=groups,dc=example,dc=org"}]}     # REQUIRE_GROUP
              deny: {dn: "cn=suspended,ou=groups,dc=example,dc=org"}                # DENY_GROUP
            groups:
              base: ou=groups,dc=example,dc=org                     # GROUP_SEARCH
              type: groupOfNames                                    # GROUP_TYPE
              nested: true                                          # GROUP_TYPE, the Nested… ones
              mirror: {except: [everyone]}                          # MIRROR_GROUPS, MIRROR_GROUPS_EXCEPT
            flags:                                                  # USER_FLAGS_BY_GROUP
              is_staff: {dn: "cn=staff,ou=groups,dc=example,dc=org"}
              is_superuser: {dn: "cn=admins,ou=groups,dc=example,dc=org"}
            permissions:                                            # FIND_GROUP_PERMS, beside permissions of mirrors
              - {group: payroll, grant: [payroll.view_payslip]}
        ```

        """

    private static let moving = """
        ## Bringing an existing database along

        The account database is Django's, table for table, so a site can go on with the one it has. Its people are accounts that nobody owns yet:
        django-auth-ldap gave them an unusable password and tied them to nothing but their name.

        1. Back up the SQLite file, and name it as `database`. Set `passwords: {iterations: …}` to Django's own number.
        2. Describe the directory, with `new_users: refuse` for now, and look at a few people with `dirbridge bind-test USER`.
        3. Run `dirbridge user adopt --dry-run`. It lists which accounts would be tied to the entry of the same name, and the others with the reason:
           no entry, several entries, an entry that goes by another name, somebody else's account, staff or superusers, inactive accounts, names that
           differ in case only.
        4. Run `dirbridge user adopt`. From then on the link counts, and no name.
        5. Link the remaining ones by hand, `dirbridge user link USER`: administrators, and whoever still has a local password. An account that keeps
           its local password and no link stays local, and the directory's password does not open it.
        6. Run `dirbridge sync --plan`, read it, and `dirbridge sync --apply ID`. Then take `new_users: refuse` out again.

        With `adopt: unusable` the same happens at the login of each person instead, for those whom step 4 would take.

        """

    private static func section(_ part: SettingRow.Part) -> String {
        let rows = SettingTable.rows.filter { $0.part == part }
        let names = DjangoAuthLDAPNames.all.first { $0.part == part }?.names ?? []
        let ordered = names.flatMap { name in rows.filter { $0.name == name } }
        return "\n### \(part.rawValue)\n\n| There | Here | What is different, and why |\n|---|---|---|\n"
            + ordered.map(line).joined(separator: "\n") + "\n"
    }

    private static func line(_ row: SettingRow) -> String {
        let isCode = [.settings, .searches, .groupTypes, .queries].contains(row.part)
        var name = isCode ? "`\(row.name)`" : row.name
        if !row.theirs.isEmpty { name += ": `\(row.theirs)`" }
        if !row.note.isEmpty { name += ", \(row.note)" }
        return "| " + [name, row.ours, row.difference ?? "Same."].map(cell).joined(separator: " | ") + " |"
    }

    private static func cell(_ text: String) -> String {
        text.replacing("|", with: "\\|")
    }
}
