import AuthCore
import LDAPClient

extension DirectoryReader {
    /// Finds out why a search found nobody, for an administrator who reads a trace: a term of the filter that excludes the entry, a base that
    /// does not hold it, or another attribute that holds the name. Failures on the way are no news; then there is simply no answer.
    func explainAbsence(of sought: SoughtName) async -> String {
        let nobody = "'\(configuration.name)' has no entry for '\(sought.typed)'."
        guard case .search(let bases, let template) = configuration.users.method,
            let filter = try? template.filter(sought.values),
            let other = try? template.filter(SoughtName(typed: "another login", name: "another name").values)
        else { return nobody }
        for base in bases {
            if let place = await place(of: sought, below: base, filter, other) { return "\(nobody) \(place)" }
        }
        return nobody
    }

    private func place(
        of sought: SoughtName, below base: DistinguishedName, _ filter: Filter, _ other: Filter
    ) async -> String? {

        // The terms that stay the same whatever the name is are those that may exclude somebody.
        let terms = filter.conjuncts
        let fixed = Set(terms).intersection(other.conjuncts)
        for term in terms where fixed.contains(term) {
            if let dn = await first(below: base, .and(terms.filter { $0 != term })) {
                return "There is \(dn), which the term \(term) of users: filter excludes."
            }
        }
        var wider = base.parent
        while let place = wider, !place.relativeNames.isEmpty {
            if let dn = await first(below: place, filter) {
                return "There is \(dn), which is not below users: base, \(base)."
            }
            wider = place.parent
        }
        for attribute in ["uid", "cn", "mail", "sAMAccountName", "userPrincipalName"] {
            if let dn = await first(below: base, .equal(attribute, sought.name)) {
                return "The name is the \(attribute) of \(dn), by which users: filter does not search."
            }
        }
        return nil
    }

    private func first(below base: DistinguishedName, _ filter: Filter) async -> String? {
        let request = SearchRequest(base: base, scope: .subtree, filter: filter, attributes: .none, sizeLimit: 1)
        return try? await client.search(request, deadline: context.deadline).entries.first?.dn
    }
}
