/// Finds the addresses of hosts, with a deadline and a memory; see ``CachedLookup``.
@LDAPActor
final class Resolver {
    typealias Lookup = CachedLookup<[SocketAddress]>.Lookup

    static let shared = Resolver { host throws(ResolutionFailure) in try SocketAddress.resolve(host) }

    private let cache: CachedLookup<[SocketAddress]>

    init(now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }, lookup: @escaping Lookup) {
        cache = CachedLookup(now: now) { host throws(ResolutionFailure) in
            let addresses = try lookup(host)
            guard !addresses.isEmpty else { throw ResolutionFailure(text: "no addresses") }
            return addresses
        }
    }

    /// The addresses of a host, at least one.
    func addresses(of host: String, until deadline: ContinuousClock.Instant) async throws(LDAPError) -> [SocketAddress]
    {
        if let address = try? SocketAddress.resolve(host, numericOnly: true) { return address }
        return try await cache.value(for: host, until: deadline)
    }
}
