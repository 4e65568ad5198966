import LDAPClient

extension LDAPBackendConfiguration {
    /// The same search, limited to what the directory holds itself.
    ///
    /// Active Directory ends a search at the root of a domain with references to what is no part of the domain, such as its zones of DNS. They
    /// would make every answer incomplete. Elsewhere a reference leads to people and groups that are missed, so it has to be seen: OpenLDAP
    /// knows the control too.
    func withinDomain(_ request: SearchRequest) -> SearchRequest {
        guard isActiveDirectory, request.scope != .base else { return request }
        var request = request
        request.controls.append(DomainScopeControl.request())
        return request
    }

    /// Whether anything is configured that only Active Directory has.
    private var isActiveDirectory: Bool {
        if users.idAttribute.lowercased() == "objectguid" { return true }
        guard let groups else { return false }
        return groups.type.primary == .relativeIdentifier || [.inChain, .tokenGroups].contains(groups.strategy)
    }
}
