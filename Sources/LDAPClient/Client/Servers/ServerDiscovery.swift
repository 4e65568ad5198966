/// Finds the servers of a domain in DNS, and their order.
@LDAPActor
final class ServerDiscovery {
    private let domain: LDAPServiceDomain
    private let lookup: CachedLookup<[ServiceRecord]>
    private var known: Set<ServiceRecord> = []
    private var generator: any RandomNumberGenerator & Sendable

    nonisolated init(
        _ domain: LDAPServiceDomain, lookup: CachedLookup<[ServiceRecord]>,
        generator: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
    ) {
        self.domain = domain
        self.lookup = lookup
        self.generator = generator
    }

    /// The servers by priority, each priority in random order by weight; `nil` if they are those of the last time,
    /// whose order stays.
    func servers(until deadline: ContinuousClock.Instant) async throws(LDAPError) -> [[LDAPURL]]? {
        let records = try await lookup.value(for: domain.queryName, until: deadline)
        guard Set(records) != known else { return nil }
        let accepted = records.filter { domain.accepts($0.target) }
        guard !accepted.isEmpty else {
            throw LDAPError(
                .serverDown, step: .resolve, operation: "find the servers of \(domain.domain)",
                reason: "DNS names only hosts of other domains",
                remedy: "add their domain to the trusted ones if they are yours")
        }
        known = Set(records)
        var generator = generator
        defer { self.generator = generator }
        return ServiceRecord.ordered(accepted, using: &generator).map { tier in
            tier.compactMap { try? LDAPURL("\(domain.scheme.rawValue)://\($0.target):\($0.port)") }
        }
    }
}

extension CachedLookup<[ServiceRecord]> {
    /// What the system's resolver answers.
    nonisolated static let shared = CachedLookup<[ServiceRecord]> { name throws(ResolutionFailure) in
        try ServiceQuery.records(of: name)
    }
}
