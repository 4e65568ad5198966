import AuthCore
import LDAPClient

extension DirectoryReader {
    /// A group's entry as a value.
    func externalGroup(_ entry: LDAPEntry, _ type: GroupType, path: MembershipPath) throws -> ExternalGroup {
        guard let id = entry.identity(configuration.users.idAttribute) else {
            throw AuthenticationOutage(
                .searchRefused,
                "The group \(entry.dn) shows no \(configuration.users.idAttribute); give the service account the right to read it.",
                underlying: ReadingFailure.noIdentity(dn: entry.dn, attribute: configuration.users.idAttribute))
        }
        let name = type.name(of: entry)
        return ExternalGroup(
            id: id, name: name, dn: entry.dn, path: path,
            localName: configuration.groupNaming.localName(name, dn: entry.dn))
    }
}

extension GroupType {
    /// A group may have several names; the one in its DN is its name, as it is the one people see, else the least, so that the choice does not
    /// change from one answer of the server to the next.
    func name(of entry: LDAPEntry) -> String {
        let names = entry.strings(nameAttribute)
        if names.count > 1, let leaf = (try? entry.distinguishedName)?.relativeNames.first,
            let own = leaf.attributes.first(where: { $0.type.lowercased() == nameAttribute.lowercased() })?.string
        {
            return own
        }
        return names.min { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) } ?? ""
    }
}
