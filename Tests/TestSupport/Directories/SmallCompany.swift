/// A company of a few people, the same in every directory that the tests run.
///
/// Each person is one case that a login has to get right. Everybody is below `ou=people` of the directory's suffix, groups
/// are below `ou=groups`, and `ou=berlin,ou=people` is empty, for those who move.
public enum SmallCompany {
    /// What speaks against a person's login, apart from the password.
    public enum State: String, Sendable, CaseIterable {
        /// Nothing.
        case usual
        /// An administrator has switched the account off.
        case disabled
        /// Somebody has tried wrong passwords too often.
        case locked
        /// The account was meant to end.
        case accountExpired = "account expired"
        /// The password is too old.
        case passwordExpired = "password expired"
        /// An administrator has set the password; it has to be changed first.
        case mustChange = "must change"
    }

    /// Somebody who works there.
    public struct Person: Sendable {
        /// What they log in with: `uid`, or `sAMAccountName` in Active Directory.
        public let login: String
        /// Active Directory refuses some characters in a `sAMAccountName`; `nil`: ``login`` has none of them.
        public var loginInActiveDirectory: String?
        /// The name of their entry, `cn`.
        public let name: String
        /// `givenName`.
        public let givenName: String
        /// `sn`.
        public let surname: String
        /// Their password.
        public var password = "correct Horse 7"
        /// What speaks against their login.
        public var state = State.usual
        /// Their primary group: `primaryGroupID` of Active Directory, elsewhere `gidNumber`. `nil`: the usual one.
        public var primaryGroup: String?
        /// What they log in with in a directory.
        public func login(in kind: DirectoryKind) -> String {
            kind == .activeDirectory ? loginInActiveDirectory ?? login : login
        }

        /// `mail`: what their name has of the letters a to z.
        public var mail: String {
            "\(givenName).\(surname)".lowercased().filter { $0.isASCII && ($0.isLetter || $0 == ".") } + "@example.org"
        }
    }

    /// A group, `groupOfNames` or a group of Active Directory.
    public struct Group: Sendable {
        /// Its `cn`, and `sAMAccountName`.
        public let name: String
        /// The logins of the people who are its members.
        public var people: [String] = []
        /// The names of the groups that are its members.
        public var groups: [String] = []
    }

    /// Everybody.
    public static let people = [
        Person(login: "anna", name: "Anna Arendt", givenName: "Anna", surname: "Arendt"),
        Person(
            login: "žofie", name: "Žofie Öztürk", givenName: "Žofie", surname: "Öztürk", password: "Žluťoučký kůň 7"),
        Person(
            login: "o'neil(ops)#1", name: #"O'Neil, Con "Ops" + <x>; #1 \ a=b * (z)"#, givenName: "Con",
            surname: "O'Neil (Ops)"),
        Person(login: "priya", name: "Priya Patel", givenName: "Priya", surname: "Patel", primaryGroup: "contractors"),
        Person(login: "ruth", name: "Ruth Roth", givenName: "Ruth", surname: "Roth"),
        Person(login: "lee", name: " Spacey  Lee ", givenName: "Spacey", surname: "Lee"),
        Person(login: "#tagg", name: "#1, Tagg", givenName: "Hattie", surname: "Tagg"),
        Person(
            login: #"#1,2+3 "x"\y*(z)=<>;"#, loginInActiveDirectory: "#1 2&3 {x}~y!(z)'", name: "Punk Tuation",
            givenName: "Punk", surname: "Tuation"),
        // As Active Directory names an entry that two domain controllers have made at the same time.
        Person(login: "conny", name: "Conny\nCNF:2b5c1d7e", givenName: "Conny", surname: "Cho"),
        Person(login: "rena", name: "Rena Rand", givenName: "Rena", surname: "Rand"),
        Person(login: "milo", name: "Milo Moor", givenName: "Milo", surname: "Moor"),
        Person(login: "nora", name: "Nora Nye", givenName: "Nora", surname: "Nye"),
        Person(login: "theo", name: "Theo Thal", givenName: "Theo", surname: "Thal"),
        Person(login: "tess", name: "Tess Torn", givenName: "Tess", surname: "Torn"),
        Person(login: "uwe", name: "Uwe Uhl", givenName: "Uwe", surname: "Uhl"),
        Person(login: "olga", name: "Olga Orth", givenName: "Olga", surname: "Orth"),
        Person(login: "dana", name: "Dana Dorn", givenName: "Dana", surname: "Dorn", state: .disabled),
        Person(login: "lars", name: "Lars Lund", givenName: "Lars", surname: "Lund", state: .locked),
        Person(login: "ewa", name: "Ewa Ek", givenName: "Ewa", surname: "Ek", state: .accountExpired),
        Person(login: "paul", name: "Paul Pohl", givenName: "Paul", surname: "Pohl", state: .passwordExpired),
        Person(login: "mona", name: "Mona Mann", givenName: "Mona", surname: "Mann", state: .mustChange),
    ]

    /// All groups but ``crowd``, members before those that hold them.
    public static let groups = [
        Group(name: "engineers", people: ["anna", "žofie", "ruth", "rena", "milo", "nora", "olga"]),
        Group(name: "staff", people: ["o'neil(ops)#1", "lee", "#tagg", "conny"], groups: ["engineers"]),
        Group(name: "everyone", people: ["priya"], groups: ["staff"]),
    ]

    /// The primary group of somebody, with its number.
    public static let primaryGroup = (name: "contractors", number: 5001)

    /// A group of 5,000 members, if the directory was asked for it: anna, and entries below `ou=crowd`.
    public static let crowd = (name: "crowd", size: 5000)

    /// Somebody by their login.
    public static func person(_ login: String) throws -> Person {
        guard let person = people.first(where: { $0.login == login }) else {
            throw TestSupportError("The small company has nobody called \(login).")
        }
        return person
    }
}

extension DirectoryServer {
    /// Below what the people of ``SmallCompany`` are.
    public var peopleDN: String { "ou=people,\(suffix)" }
    /// Below what its groups are.
    public var groupsDN: String { "ou=groups,\(suffix)" }

    /// Where somebody of ``SmallCompany`` is.
    public func dn(of person: SmallCompany.Person) -> String { kind.dn(person.name, below: peopleDN) }

    /// Where a group of ``SmallCompany`` is.
    public func dn(ofGroup name: String) -> String { kind.dn(name, below: groupsDN) }
}
