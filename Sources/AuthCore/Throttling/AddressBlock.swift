import Foundation

/// The addresses that count as one client: an IPv4 address, or an IPv6 /64, which is the least that a subscriber is given (RFC 6177 section 2),
/// and from which one machine takes as many addresses as it likes (RFC 8981).
struct AddressBlock: Sendable, Hashable, CustomStringConvertible {
    let description: String

    /// The block of an address as text: with or without a port, brackets or a zone. Whatever cannot be read is one block of its own, so that
    /// nobody gets around being counted by sending nonsense.
    init(_ text: String) {
        let host = Self.host(text)
        if let address = Self.ipv4(host) {
            description = Self.dotted(address)
        } else if let address = Self.ipv6(host) {
            // RFC 4291 section 2.5.5.2: an IPv4 address on a socket that takes both.
            let isMapped = address[..<10].allSatisfy { $0 == 0 } && address[10] == 0xff && address[11] == 0xff
            description = isMapped ? Self.dotted(Array(address[12...])) : Self.prefix(address)
        } else {
            description = "unreadable"
        }
    }

    private static func host(_ text: String) -> String {
        var host = Substring(text)
        if host.first == "[", let end = host.firstIndex(of: "]") {
            host = host[host.index(after: host.startIndex)..<end]
        } else if host.contains("."), let colon = host.lastIndex(of: ":"), host.firstIndex(of: ":") == colon {
            host = host[..<colon]
        }
        // RFC 4007 section 11: which of the host's networks a link-local address belongs to.
        return String(host.prefix { $0 != "%" })
    }

    private static func ipv4(_ text: String) -> [UInt8]? {
        var address = in_addr()
        guard inet_pton(AF_INET, text, &address) == 1 else { return nil }
        return withUnsafeBytes(of: &address) { Array($0) }
    }

    private static func ipv6(_ text: String) -> [UInt8]? {
        var address = in6_addr()
        guard inet_pton(AF_INET6, text, &address) == 1 else { return nil }
        return withUnsafeBytes(of: &address) { Array($0) }
    }

    private static func dotted(_ address: [UInt8]) -> String { address.map(String.init).joined(separator: ".") }

    private static func prefix(_ address: [UInt8]) -> String {
        stride(from: 0, to: 8, by: 2)
            .map { String(UInt16(address[$0]) << 8 | UInt16(address[$0 + 1]), radix: 16) }
            .joined(separator: ":") + "::/64"
    }
}
