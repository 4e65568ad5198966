import AuthCore
import LDAPClient

/// Why a search by a name found nobody.
enum Absence: Sendable, Hashable {
    /// The name says that it belongs to another directory, which `users: realm` decides.
    case otherRealm(typed: String, realm: LoginRealm)
    /// There is an entry of this name, and terms of the filter exclude it.
    case excluded(dn: String, by: [FilterExclusion])
    /// There is an entry of this name, and it stands for another one, which a search by our rules does not follow.
    case alias(dn: String, of: String)
    /// There is an entry of this name, and it is below none of the bases.
    case outside(dn: String, bases: [String])
    /// The name is another attribute's than those that the filter searches by.
    case otherAttribute(String, value: String, dn: String, searched: [String])
    /// A base stands for another entry.
    case baseIsAlias(base: String, of: String)
    /// Nothing below the bases can be seen.
    case nothingVisible(bases: [String], account: String)
    /// The filter finds nobody below the bases, whatever the name is.
    case filterFindsNobody(filter: String)
    /// A part of the tree is on other servers.
    case elsewhere(references: [String])
    /// None of these: nobody has the name. The name of somebody who is nearly called so, if there is one.
    case nobody(typed: String, near: String?)
}

extension Absence {
    /// What is wrong, in sentences.
    var cause: String {
        switch self {
        case .otherRealm(let typed, let realm):
            return
                "'\(typed)' names a realm that is not this directory's; users: realm has \(realm.words)."
        case .excluded(let dn, let exclusions):
            let terms = exclusions.map(\.description).joined(separator: "; and ")
            return exclusions.count == 1
                ? "There is \(dn), which a term of users: filter excludes: \(terms)."
                : "There is \(dn), which \(exclusions.count) terms of users: filter exclude: \(terms)."
        case .alias(let dn, let target):
            return "\(dn) is an alias for \(target), and aliases are not followed."
        case .outside(let dn, let bases):
            return "There is \(dn), which is not below users: base, \(bases.joined(separator: " and "))."
        case .otherAttribute(let attribute, let value, let dn, let searched):
            return
                "'\(value)' is the \(attribute) of \(dn), and users: filter does not search by \(attribute) but by \(searched.joined(separator: " and "))."
        case .baseIsAlias(let base, let target):
            return "users: base, \(base), is an alias for \(target), and aliases are not followed."
        case .nothingVisible(let bases, let account):
            return
                "\(account) sees no entry below users: base, \(bases.joined(separator: " and ")); there is none, or it has no right to see them."
        case .filterFindsNobody(let filter):
            return
                "users: filter finds nobody at all below users: base, whatever the name is: \(filter) matches no entry."
        case .elsewhere(let references):
            return "A part of the tree is on other servers, which are not asked: \(references.joined(separator: " "))."
        case .nobody(let typed, _):
            return
                "No entry has '\(typed)' as uid, cn, mail, sAMAccountName, userPrincipalName or displayName, wherever the service account can look."
        }
    }

    /// What would help, in sentences.
    var remedy: String {
        switch self {
        case .otherRealm:
            return "Type the name without the realm, or add the realm to users: realm: domains or suffixes."
        case .excluded(_, let exclusions):
            var seen: Set<String> = []
            return exclusions.map(\.remedy).filter { seen.insert($0).inserted }.joined(separator: " ")
        case .alias(_, let target):
            return "Log in with the name of \(target)."
        case .outside(let dn, _):
            let parent = (try? DistinguishedName(dn))?.parent?.description ?? dn
            return "Add \(parent), or an entry above it, to users: base."
        case .otherAttribute(let attribute, _, _, _):
            return
                "Log in with a name that the filter searches by, or add (\(attribute)={login}) to users: filter."
        case .baseIsAlias(_, let target):
            return "Write users: base: \(target)."
        case .nothingVisible(_, let account):
            return
                "Give \(account.prefix(1).lowercased() + account.dropFirst()) the right to search and read the people, or correct users: base."
        case .filterFindsNobody:
            return "Correct users: filter: compare its object classes and attribute names with an entry of a person."
        case .elsewhere:
            return "Configure a directory with the server that holds that part, or a server that holds all of it."
        case .nobody(_, let near):
            let meant = near.map { " (did you mean '\($0)'?)" } ?? ""
            return "Correct the name\(meant), or create the person in the directory."
        }
    }
}

extension LoginRealm {
    /// What may be typed, in words.
    fileprivate var words: String {
        let forms = domains.map { "\($0)\\name" } + suffixes.map { "name@\($0)" } + (isRequired ? [] : ["name"])
        return forms.joined(separator: ", ")
    }
}
