/// Mistakes because of which the person is not found, or not told apart.
extension Mistake {
    private static func filter(_ filter: String) -> [String: String] {
        ["filter: (&(objectClass=inetOrgPerson)(|(uid={username})(mail={username})))": "filter: \(filter)"]
    }

    static let finding: [Mistake] = [
        Mistake(
            name: "a letter of the base", edits: ["base: ou=people": "base: ou=peple"],
            answer: "unavailable searchRefused", step: "search", cause: "ou=peple,dc=example,dc=org, does not exist.",
            remedy: "Write users: base: ou=people,dc=example,dc=org"),
        Mistake(
            name: "the base of another company", edits: ["ou=people,dc=example,dc=org": "ou=people,dc=exampel,dc=org"],
            answer: "unavailable searchRefused", step: "search",
            cause: "users: base, ou=people,dc=exampel,dc=org, is below nothing", remedy: "ends in dc=example,dc=org"),
        Mistake(
            name: "no right on the base", user: "hidden", edits: ["base: ou=people": "base: ou=vault"],
            answer: "unavailable searchRefused", step: "search",
            cause: "ou=vault,dc=example,dc=org, is hidden from the service account",
            remedy: "the right to search it"),
        Mistake(
            name: "no right on what is below the base", user: "veiled", edits: ["base: ou=people": "base: ou=curtain"],
            answer: "notFound unknownUser", step: "search", cause: "sees no entry below users: base, ou=curtain",
            remedy: "the right to search and read the people"),
        Mistake(
            name: "the filter wants another object class",
            edits: filter("(&(objectClass=posixAccount)(uid={username}))"),
            answer: "notFound unknownUser", step: "search",
            cause: "(objectClass=posixAccount), and the entry has objectClass: inetOrgPerson",
            remedy: "the term in users: filter"),
        Mistake(
            name: "the filter wants a group by memberOf",
            edits: filter("(&(uid={username})(memberOf=cn=staff,ou=groups,dc=example,dc=org))"),
            answer: "notFound unknownUser", step: "search", cause: "the entry shows no memberOf",
            remedy: "give the service account the right to read it"),
        Mistake(
            name: "the filter leaves out who is marked", user: "former",
            edits: filter("(&(uid={username})(!(|(employeeType=former)(employeeType=guest))))"),
            answer: "notFound unknownUser", step: "search",
            cause: "(!(employeeType=former)), and the entry has employeeType: former", remedy: "Change the entry"),
        Mistake(
            name: "a letter of an attribute in the filter", edits: filter("(&(uid={username})(emploeeType=staff))"),
            answer: "notFound unknownUser", step: "search", cause: "the entry has no emploeeType, but employeeType",
            remedy: "Write employeeType in place of emploeeType"),
        Mistake(
            name: "two terms deep in the filter",
            edits: filter("(&(uid={username})(&(objectClass=person)(&(l=Brno)(employeeType=boss))))"),
            answer: "notFound unknownUser", step: "search", cause: "2 terms of users: filter exclude: (l=Brno)",
            remedy: "Change the entry"),
        Mistake(
            name: "an attribute of the filter is hidden", user: "bob",
            edits: filter("(&(uid={username})(carLicense=1))"),
            answer: "notFound unknownUser", step: "search", cause: "the entry shows no carLicense",
            remedy: "give the service account the right to read it"),
        Mistake(
            name: "the name of a group", user: "payroll",
            answer: "notFound unknownUser", step: "search", cause: "No entry has 'payroll' as uid",
            remedy: "Correct the name"),
        Mistake(
            name: "the filter finds nobody", user: "nosuchperson",
            edits: filter("(&(objectClass=account)(uid={username}))"),
            answer: "notFound unknownUser", step: "search", cause: "users: filter finds nobody at all",
            remedy: "compare its object classes"),
        Mistake(
            name: "the filter searches by another attribute", edits: filter("(&(objectClass=person)(cn={username}x))"),
            answer: "notFound unknownUser", step: "search", cause: "'alice' is the uid of",
            remedy: "add (uid={login}) to users: filter"),
        Mistake(
            name: "the mail address typed in place of the name", user: "alice@example.org", password: "alice-secret",
            edits: filter("(uid={username})"), answer: "notFound unknownUser", step: "search", cause: "is the mail of",
            remedy: "add (mail={login})"),
        Mistake(
            name: "the person is below another base", user: "outsider", answer: "notFound unknownUser", step: "search",
            cause: "uid=outsider,ou=partners,dc=example,dc=org, which is not below users: base",
            remedy: "Add ou=partners,dc=example,dc=org"),
        Mistake(
            name: "the person is an alias", user: "nickname", answer: "notFound unknownUser", step: "search",
            cause: "uid=nickname,ou=people,dc=example,dc=org is an alias for",
            remedy: "Log in with the name of uid=alice"),
        Mistake(
            name: "the base is an alias", edits: ["base: ou=people": "base: ou=workers"],
            answer: "notFound unknownUser",
            step: "search", cause: "ou=workers,dc=example,dc=org, is an alias for",
            remedy: "Write users: base: ou=people,dc=example,dc=org"),
        Mistake(
            name: "a part of the tree is on another server", user: "abroad",
            edits: ["base: ou=people": "base: ou=split"],
            answer: "notFound unknownUser", step: "search", cause: "ldap://abroad.example.org",
            remedy: "the server that holds that part"),
        Mistake(
            name: "two people of one name", user: "twin@example.org", password: "twin-secret",
            answer: "denied ambiguousUser",
            step: "search", cause: "stands for more than one entry", remedy: "that only one of them has"),
        Mistake(
            name: "the name of another realm", user: "EAST\\alice", password: "alice-secret",
            users: ["realm: {domains: [WEST]}"], answer: "notFound unknownUser", step: "search",
            cause: "names a realm that is not this directory's", remedy: "users: realm"),
        Mistake(
            name: "a slip in the name", user: "alcie", answer: "notFound unknownUser", step: "search",
            cause: "No entry has 'alcie'", remedy: "did you mean 'alice'?"),
        Mistake(
            name: "the DN template makes no entry",
            edits: [
                "      base: ou=people,dc=example,dc=org\n":
                    "      dn_template: uid={username},ou=staff,dc=example,dc=org\n",
                "      filter: (&(objectClass=inetOrgPerson)(|(uid={username})(mail={username})))\n": "",
            ], answer: "rejected wrongPassword", step: "bind", cause: "which users: dn_template makes of the name",
            remedy: "Correct the name or users: dn_template"),
        Mistake(
            name: "the id of another kind of directory", directory: ["preset: 389ds"],
            answer: "unavailable searchRefused",
            step: "attributes", cause: "shows no single nsUniqueId", remedy: "preset: openldap"),
        Mistake(
            name: "no attribute for the username", users: ["attributes: {username: employeeNumber}"],
            answer: "rejected malformedName", step: "attributes", cause: "no single value of employeeNumber",
            remedy: "another attribute at users: attributes: username: uid, mail"),
        Mistake(
            name: "several values for the username", users: ["attributes: {username: description}"],
            answer: "rejected malformedName", step: "attributes", cause: "no single value of description",
            remedy: "Give the entry one value of description"),
    ]
}
