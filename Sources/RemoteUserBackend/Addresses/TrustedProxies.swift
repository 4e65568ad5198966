/// The proxies whose word about who somebody is counts. Nobody else's does.
///
/// ```swift
/// let proxies = try TrustedProxies([
///     .network(IPNetwork("10.0.3.0/28")), .unixSocket, .certificate(subject: "CN=portal,O=Example"),
/// ])
/// ```
///
/// Whoever can connect from one of these places can be anybody. So list the proxies themselves and not the network that people are in, and
/// let nothing but the proxy reach the application there.
public struct TrustedProxies: Sendable, Hashable {
    /// One way to know a proxy.
    public enum Proxy: Sendable, Hashable {
        /// It connects from one of these addresses.
        case network(IPNetwork)
        /// It connects over a Unix socket.
        case unixSocket
        /// It connects over mutual TLS, with a certificate whose subject is exactly this text, in the form in which the server gives
        /// ``ConnectionPeer/verifiedCertificateSubject``.
        case certificate(subject: String)
    }

    /// The most hops of `X-Forwarded-For` that are looked at.
    public static let maximumHops = 32

    /// The ways to know a proxy; one is enough.
    public let proxies: [Proxy]
    private let networks: [IPNetwork]

    /// Trusted proxies.
    /// - Throws: ``RemoteUserConfigurationError`` where there is none, or a certificate's subject is empty.
    public init(_ proxies: [Proxy]) throws(RemoteUserConfigurationError) {
        if proxies.isEmpty {
            throw RemoteUserConfigurationError(
                .noProxy, "No trusted proxy is configured, so nobody could log in by headers; name its address.")
        }
        if proxies.contains(.certificate(subject: "")) {
            throw RemoteUserConfigurationError(
                .certificate, "The subject of a trusted proxy's certificate is empty; write it out.")
        }
        self.proxies = proxies
        networks = proxies.compactMap { if case .network(let network) = $0 { network } else { nil } }
    }

    /// Whether a connection is one of a trusted proxy.
    public func trust(_ peer: ConnectionPeer) -> Bool {
        proxies.contains { proxy in
            switch (proxy, peer.origin) {
            case (.network(let network), .address(let address)): network.contains(address)
            case (.unixSocket, .unixSocket): true
            // Byte for byte: to Swift, strings of other bytes can be equal.
            case (.certificate(let subject), _):
                peer.verifiedCertificateSubject.map { Array($0.utf8) } == Array(subject.utf8)
            default: false
            }
        }
    }

    /// The address of the client behind the proxies: what is throttled, recorded and shown.
    ///
    /// A proxy appends the address it was reached from to `X-Forwarded-For`, so the list is true from the right as far as trusted proxies
    /// wrote it. It is walked from there, and ends at the first address that is no trusted proxy's. What stands left of it, a client may
    /// have invented. The header of a peer that is not trusted is not looked at.
    /// - Parameters:
    ///   - peer: The other end of the connection.
    ///   - fields: The header fields of the request, in order.
    /// - Returns: The address; where a hop is none (`unknown`, a name), that of the proxy that wrote it. `nil` where there is no address at
    ///   all, as for a Unix socket without the header.
    public func clientAddress(of peer: ConnectionPeer, _ fields: [HeaderField]) -> IPAddress? {
        var client = peer.address
        guard trust(peer) else { return client }
        for hop in Self.hops(fields).prefix(Self.maximumHops) {
            guard let address = Self.address(ofHop: hop) else { return client }
            client = address
            if !networks.contains(where: { $0.contains(address) }) { return client }
        }
        return client
    }

    /// The hops, the nearest first.
    private static func hops(_ fields: [HeaderField]) -> some Sequence<ArraySlice<UInt8>> {
        fields.reversed().lazy.filter { $0.lowercasedName == "x-forwarded-for" }
            .flatMap { $0.value.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).reversed() }
    }

    /// An address, as proxies write it: alone, with a port, or in brackets with or without one.
    private static func address(ofHop hop: ArraySlice<UInt8>) -> IPAddress? {
        let trimmed = String(decoding: HeaderText.trimmed(hop), as: UTF8.self)
        if let address = IPAddress(trimmed) { return address }
        let port: Substring
        let host: Substring
        if trimmed.hasPrefix("["), let end = trimmed.firstIndex(of: "]") {
            host = trimmed[trimmed.index(after: trimmed.startIndex)..<end]
            let rest = trimmed[trimmed.index(after: end)...]
            if rest.isEmpty { return host.contains(":") ? IPAddress(String(host)) : nil }
            guard rest.hasPrefix(":"), host.contains(":") else { return nil }
            port = rest.dropFirst()
        } else {
            let parts = trimmed.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2 else { return nil }
            (host, port) = (parts[0], parts[1])
        }
        guard UInt16(port) != nil, port.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
        return IPAddress(String(host))
    }
}
