import AuthCore
import LDAPBackend
import TestSupport

extension LoginRow {
    /// The ways of an engineer to their groups.
    static let engineer: [String: MembershipPath] = [
        "engineers": .direct, "staff": .nested(["engineers"]), "everyone": .nested(["engineers", "staff"]),
    ]
    /// The ways of somebody who is in no team to their groups.
    static let staff: [String: MembershipPath] = ["staff": .direct, "everyone": .nested(["staff"])]

    /// The table: what every directory has to get right at a login.
    static let table = [
        LoginRow(
            claim: "the right password lets in, in the directory's spelling of the name",
            person: "anna", typed: "ANNA", right: InEach(.enters(username: "anna", groups: engineer))),
        LoginRow(
            claim: "groups in groups count", person: "ruth",
            right: InEach(.enters(username: "ruth", groups: engineer))),
        LoginRow(
            claim: "a name that is not ASCII is found in either form of Unicode, its password is taken as it is",
            person: "žofie", typed: "z\u{30c}ofie", right: InEach(.enters(username: "žofie", groups: engineer))),
        LoginRow(
            claim: "names that need escaping in filters and in DNs", person: "o'neil(ops)#1",
            right: InEach(.enters(username: "o'neil(ops)#1", groups: staff))),
        LoginRow(
            claim: "a DN whose name begins and ends with a space", person: "lee",
            right: InEach(.enters(username: "lee", groups: staff))),
        LoginRow(
            claim: "a DN and a name that begin with #", person: "#tagg",
            right: InEach(.enters(username: "#tagg", groups: staff))),
        LoginRow(
            claim: "a DN with a line break", person: "conny",
            right: InEach(.enters(username: "conny", groups: staff))),
        // Active Directory refuses "/\[]:;|=,+*?<> in a sAMAccountName.
        LoginRow(
            claim: "a name of the characters that mean something in filters, DNs and LDIF",
            person: #"#1,2+3 "x"\y*(z)=<>;"#,
            right: InEach(
                openLDAP: .enters(username: #"#1,2+3 "x"\y*(z)=<>;"#, groups: [:]),
                activeDirectory: .enters(username: "#1 2&3 {x}~y!(z)'", groups: [:]),
                directoryServer389: .enters(username: #"#1,2+3 "x"\y*(z)=<>;"#, groups: [:]))),
        LoginRow(
            claim: "the primary group counts, which does not name its member", person: "priya",
            groupType: .posixGroup,
            right: InEach(
                openLDAP: .enters(username: "priya", groups: ["contractors": .primary]),
                // Groups are of one kind there.
                activeDirectory: .enters(username: "priya", groups: ["contractors": .primary, "everyone": .direct]),
                directoryServer389: .enters(username: "priya", groups: ["contractors": .primary]))),
        // OpenLDAP has no state of its own for this: administrators lock for good. Active Directory tells states only to who has the
        // password, the others before they look at it.
        LoginRow(
            claim: "disabled", person: "dana",
            right: InEach(
                openLDAP: .denied(.accountLocked), activeDirectory: .denied(.accountDisabled),
                directoryServer389: .denied(.accountDisabled)),
            wrong: InEach(
                openLDAP: .denied(.accountLocked), activeDirectory: .rejected(.wrongPassword),
                directoryServer389: .denied(.accountDisabled))),
        LoginRow(
            claim: "locked", person: "lars", right: InEach(.denied(.accountLocked)),
            wrong: InEach(.denied(.accountLocked))),
        LoginRow(
            claim: "account expired", person: "ewa", right: InEach(.denied(.accountExpired)),
            wrong: InEach(
                openLDAP: .denied(.accountExpired), activeDirectory: .rejected(.wrongPassword),
                directoryServer389: .denied(.accountExpired))),
        LoginRow(claim: "password expired", person: "paul", right: InEach(.denied(.passwordExpired))),
        LoginRow(claim: "must change", person: "mona", right: InEach(.denied(.mustChangePassword))),
    ]

    /// Names and passwords that are nobody's, in any directory.
    static let nobody: [(name: String, password: String, AuthenticationOutcome)] =
        [
            "nobody", "*", "ol*", "olga)(uid=*", "olga)(objectClass=*", "o'neil*", #"o'neil\28ops\29#1"#, #"\2a"#,
            #"olga\00"#, #"olga\"#, "olga,ou=people", "cn=olga", "olga+", "\"olga\"", "ol ga", "#olga",
        ].map { ($0, "correct Horse 7", .notFound) } + [
            ("", "correct Horse 7", .rejected(.malformedName)), (" ", "correct Horse 7", .rejected(.malformedName)),
            ("olga\0", "correct Horse 7", .rejected(.malformedName)),
            ("olga\0x", "correct Horse 7", .rejected(.malformedName)),
            ("olga\n", "correct Horse 7", .rejected(.malformedName)),
            ("olga", "", .rejected(.emptyPassword)), ("olga", "\0", .rejected(.wrongPassword)),
            ("olga", "correct Horse 7\0", .rejected(.wrongPassword)),
            ("olga", "correct Horse 7\0x", .rejected(.wrongPassword)),
        ]
}
