/// A range of IP addresses in CIDR notation (RFC 4632 section 3.1), such as `10.0.0.0/8`, `2001:db8::/32` or a single address.
public struct IPNetwork: Sendable, Hashable, CustomStringConvertible {
    /// The first address.
    public let address: IPAddress
    /// How many leading bits the addresses have in common.
    public let prefixLength: Int

    /// A network from its text.
    /// - Throws: ``RemoteUserConfigurationError`` with the code ``RemoteUserConfigurationError/Code/network``, that names the mistake: no
    ///   address, no such prefix, bits after the prefix, or all addresses there are.
    public init(_ text: String) throws(RemoteUserConfigurationError) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let address = parts.first.flatMap({ IPAddress($0) }) else {
            throw Self.mistake(text, "it is no IP address; write it as 10.0.0.0/8, 2001:db8::/32 or 127.0.0.1")
        }
        let bits = address.bytes.count * 8
        var length = bits
        if parts.count == 2 {
            let isMapped = bits == 32 && parts[0].utf8.contains(UInt8(ascii: ":"))
            let lowest = isMapped ? 96 : 0
            guard let number = Int(parts[1]), String(number) == parts[1], number >= lowest, number <= lowest + bits
            else {
                throw Self.mistake(text, "the prefix is a number from \(lowest) to \(lowest + bits)")
            }
            length = number - lowest
        }
        if length == 0 { throw Self.mistake(text, "it holds every address, so anybody could be anybody") }
        let network = Self.masked(address.bytes, length)
        guard network == address.bytes else {
            let first = IPAddress(bytes: network)?.description ?? ""
            throw Self.mistake(text, "there are bits after the prefix; the network is \(first)/\(length)")
        }
        self.address = address
        prefixLength = length
    }

    /// Whether an address is one of these. IPv4 addresses are in no IPv6 network, and the reverse.
    public func contains(_ other: IPAddress) -> Bool {
        other.bytes.count == address.bytes.count && Self.masked(other.bytes, prefixLength) == address.bytes
    }

    public var description: String { "\(address)/\(prefixLength)" }

    private static func masked(_ bytes: [UInt8], _ length: Int) -> [UInt8] {
        bytes.enumerated().map { index, byte in
            let kept = min(max(length - index * 8, 0), 8)
            return byte & UInt8(truncatingIfNeeded: 0xFF00 >> kept)
        }
    }

    private static func mistake(_ text: String, _ reason: String) -> RemoteUserConfigurationError {
        RemoteUserConfigurationError(.network, "'\(text)' cannot be a network of trusted proxies: \(reason).")
    }
}
