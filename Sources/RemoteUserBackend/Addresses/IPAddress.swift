internal import Glibc

/// An IP address as a value: two spellings of one address are equal.
///
/// An IPv4 address that is written as an IPv6 one (`::ffff:192.0.2.1`, RFC 4291 section 2.5.5.2) is the IPv4 address: a socket that serves
/// both reports its peers so, and a list of networks must mean the same for them.
public struct IPAddress: Sendable, Hashable, CustomStringConvertible {
    /// Four bytes, or sixteen, in network order.
    public let bytes: [UInt8]

    /// An address from its text: dotted decimal, or RFC 4291 section 2.2 without brackets, port and zone.
    /// - Returns: `nil` for anything else, such as host names, short forms (`127.1`) and octal numbers.
    public init?(_ text: String) {
        // inet_pton(3) reads a C string, which ends at a NUL.
        guard text.utf8.count <= 45, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
        let isIPv6 = text.utf8.contains(UInt8(ascii: ":"))
        var bytes = [UInt8](repeating: 0, count: isIPv6 ? 16 : 4)
        guard inet_pton(isIPv6 ? AF_INET6 : AF_INET, text, &bytes) == 1 else { return nil }
        self.init(bytes: bytes)
    }

    /// An address from its bytes in network order, as a socket has them.
    /// - Returns: `nil` where they are neither four nor sixteen.
    public init?(bytes: [UInt8]) {
        switch bytes.count {
        case 4: self.bytes = bytes
        case 16: self.bytes = bytes.starts(with: Self.mappedPrefix) ? Array(bytes.suffix(4)) : bytes
        default: return nil
        }
    }

    /// What stands before an IPv4 address that is written as an IPv6 one.
    static let mappedPrefix: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]

    /// The shortest text of the address (RFC 5952 for IPv6).
    public var description: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let family = bytes.count == 16 ? AF_INET6 : AF_INET
        guard inet_ntop(family, bytes, &text, socklen_t(text.count)) != nil else { return "" }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
