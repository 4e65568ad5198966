import AuthCore
import LDAPClient

extension LDAPBackend {
    /// Active Directory gives no larger pages, and larger ones save nothing.
    private static let scanPageSize = 1000

    /// Reads everybody whom a login could find, one by one, as the service account.
    ///
    /// The entries come on a connection of their own, page by page, and wait while `body` is busy. Each part has the client's time limit for
    /// an operation; the whole has none.
    /// - Parameter body: Gets each entry. What it throws ends the scan.
    /// - Returns: Whether these are all. Entries that came before an incomplete end are what they are.
    /// - Throws: ``AuthenticationOutage`` if people cannot be read, or not to an orderly end; what `body` throws.
    public func scanPeople(_ body: (ScannedEntry) throws -> Void) async throws -> ScanProof {
        let directory = try await directory()
        let (configuration, people) = (directory.configuration, directory.people)
        var keys = MemberKeys(configuration.groups?.type)
        // One moment for all, so that a run judges by one clock.
        let now = now()
        return try await scan(configuration.peopleSearches(people.attributeNames)) { entry in
            let standing = configuration.accountState.read(entry, at: now).lastingAccess
            switch people.read(entry) {
            case .unusable(let reason):
                try body(.unusable(UnusableEntry(dn: entry.dn, id: nil, reason: reason)))
            case .unnamed(let account, let heldConditions, let warnings, let reason):
                try body(.unusable(UnusableEntry(dn: entry.dn, id: account.link.id, reason: reason)))
                guard let key = keys.key(ofPerson: entry) else { return }
                try body(.person(ScannedPerson(account, key: key.text, heldConditions, standing), warnings: warnings))
            case .person(let account, let heldConditions, let warnings):
                guard let key = keys.key(ofPerson: entry) else {
                    let reason = "The DN \(entry.dn) cannot be read, so no group could be seen to name it."
                    return try body(.unusable(UnusableEntry(dn: entry.dn, id: account.link.id, reason: reason)))
                }
                try body(.person(ScannedPerson(account, key: key.text, heldConditions, standing), warnings: warnings))
            }
        }
    }

    /// Reads all groups with their members, one by one, as the service account. Where no groups are configured there are none.
    ///
    /// - Parameter body: Gets each group. What it throws ends the scan.
    /// - Returns: Whether these are all. A group without a readable id or DN makes the scan incomplete.
    /// - Throws: ``AuthenticationOutage`` if groups cannot be read, or not to an orderly end; what `body` throws.
    public func scanGroups(_ body: (ScannedGroup) throws -> Void) async throws -> ScanProof {
        let configuration = try await configuration()
        guard let groups = configuration.groups else { return ScanProof(shortfall: nil, entries: 0) }
        // What a directory does not understand it answers with nothing, which would look as if there were no groups.
        try await reading(AuthenticationContext()) { try await $0.requireAnswers(to: groups) }
        let type = groups.type
        let idAttribute = configuration.users.idAttribute
        let searches = groups.searches([idAttribute, type.nameAttribute, type.memberAttribute] + type.groupAttributes)
        var keys = MemberKeys(type)
        var unreadable: String?
        var proof = try await scan(searches) { entry in
            guard let id = entry.identity(idAttribute), let key = keys.key(ofDN: entry.dn) else {
                unreadable = unreadable ?? "the group \(entry.dn) shows no \(idAttribute)"
                return
            }
            let values = entry[type.memberAttribute]
            if values.isEmpty, type.requiresMember {
                unreadable = unreadable ?? "the group \(entry.dn) shows no \(type.memberAttribute), which it must have"
            }
            var members: [String] = []
            members.reserveCapacity(values.count + 1)
            for value in values {
                if let member = keys.key(ofMember: value) { members.append(member) }
            }
            let strange = values.count - members.count
            if let kind = type.primary {
                if let primary = keys.key(ofPrimaryGroup: entry, kind) {
                    members.append(primary)
                } else {
                    unreadable =
                        unreadable ?? "the group \(entry.dn) shows no single \(kind.groupAttribute), which it must have"
                }
            }
            let name = type.name(of: entry)
            try body(
                ScannedGroup(
                    link: ExternalLink(source: self.name, id: id, dn: entry.dn), key: key, name: name,
                    localName: configuration.groupNaming.localName(name, dn: entry.dn),
                    members: members,
                    warnings: strange == 0
                        ? [] : ["\(strange) members of \(entry.dn) are no DNs and were left out."]))
        }
        proof.shortfall = proof.shortfall ?? unreadable
        return proof
    }

    /// Several searches as if they were one.
    func scan(_ requests: [SearchRequest], _ body: (LDAPEntry) throws -> Void) async throws -> ScanProof {
        var whole = ScanProof(shortfall: nil, entries: 0)
        for request in requests {
            let part = try await scan(request, body)
            whole.shortfall = whole.shortfall ?? part.shortfall
            whole.entries += part.entries
        }
        return whole
    }

    func scan(_ request: SearchRequest, _ body: (LDAPEntry) throws -> Void) async throws -> ScanProof {
        var request = try await configuration().withinDomain(request)
        request.pageSize = Self.scanPageSize
        let stream: LDAPEntryStream
        do throws(LDAPError) { stream = try await client.entries(request) } catch { throw AuthenticationOutage(error) }
        var iterator = stream.makeAsyncIterator()
        var count = 0
        while let entry = try await next(&iterator) {
            count += 1
            try body(entry)
        }
        guard let result = await stream.result else {
            throw AuthenticationOutage(.searchRefused, "The entries below \(request.base) ended without a result.")
        }
        return ScanProof(shortfall: result.completeness.isComplete ? nil : result.shortfall, entries: count)
    }

    /// What goes wrong with the directory is an outage; what goes wrong with the reader's own work is not.
    private func next(_ iterator: inout LDAPEntryStream.Iterator) async throws -> LDAPEntry? {
        do throws(LDAPError) { return try await iterator.next() } catch { throw AuthenticationOutage(error) }
    }
}

extension LDAPBackendConfiguration {
    /// The searches that find everybody whom a login could find, one for each base.
    ///
    /// Whom a DN template can name is directly below its base, and a person if there is a username.
    func peopleSearches(_ names: [String]) throws -> [SearchRequest] {
        switch users.method {
        case .search(let bases, let template):
            bases.map {
                SearchRequest(base: $0, scope: .subtree, filter: template.everybody, attributes: .named(names))
            }
        case .template:
            try users.bases.map {
                SearchRequest(
                    base: $0, scope: .oneLevel, filter: .present(attributes.username), attributes: .named(names))
            }
        }
    }
}
