/// What the configuration of a test says.
///
/// With hashes that cost next to nothing.
struct Settings {
    /// The directory's address.
    var server: String
    var chain = "[corp, local]"
    var loginDeadline = "120s"
    /// How long connecting and an operation may take.
    var timeout = "30s"
    /// What local passwords must be. Those of tests are short and simple.
    var validators = "none"
    /// More lines before `directories`.
    var accounts: [String] = []
    /// More lines for `directories: corp: users`, such as rules.
    var users: [String] = []
    /// More lines for `directories: corp`.
    var directory: [String] = []

    var text: String {
        """
        database: sqlite:accounts.db
        chain: \(chain)
        login_deadline: \(loginDeadline)
        passwords: {iterations: 1000, validators: \(validators)}

        """ + accounts.map { "\($0)\n" }.joined() + """
            directories:
              corp:
                servers: ["\(server)"]
                service_account: {dn: "cn=bridge,ou=services,dc=example,dc=org", password_file: bind.password}
                timeouts: {connect: \(timeout), operation: \(timeout)}
                groups:
                  base: ou=groups,dc=example,dc=org
                  mirror: {except: [everyone]}
                users:
                  base: ou=people,dc=example,dc=org
                  filter: (&(objectClass=inetOrgPerson)(|(uid={username})(mail={username})))
                  profile: {department: departmentNumber}

            """ + users.map { "      \($0)\n" }.joined() + directory.map { "    \($0)\n" }.joined()
    }

    /// The rules of the company: people who may come in, people who may not, and what those of payroll may do.
    mutating func addCompanyRules() {
        users += ["require: {any: [staff, contractors]}", "deny: suspended"]
        directory += ["permissions:", "  - {group: payroll, grant: payroll.view_payslip}"]
    }
}

/// A person as LDIF, for directories that a test changes. The password is the uid followed by `-secret`.
func person(_ uid: String, under parent: String = "ou=people,dc=example,dc=org", lines: [String] = []) -> String {
    (["dn: uid=\(uid),\(parent)", "objectClass: inetOrgPerson", "uid: \(uid)", "cn: \(uid)", "sn: \(uid)"] + lines
        + ["userPassword: \(uid)-secret"]).joined(separator: "\n") + "\n\n"
}
