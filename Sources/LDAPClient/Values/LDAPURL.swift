internal import Glibc

/// The address of a directory server: `ldap://host[:port]`, `ldaps://host[:port]` (RFC 4516, the part before the DN), or
/// `ldapi://%2Fpath%2Fto%2Fsocket` for a server on this machine.
public struct LDAPURL: Sendable, Hashable {
    /// How the connection is protected.
    public enum Scheme: String, Sendable, Hashable {
        /// Plain, unless StartTLS is configured; port 389.
        case ldap
        /// TLS from the first octet; port 636.
        case ldaps
        /// A Unix socket: nothing crosses a network, and the server knows who asks.
        case ldapi
    }

    /// How the connection is protected.
    public let scheme: Scheme
    /// A host name or an IP address; an IPv6 address without its brackets. For `ldapi` the path of the socket.
    public let host: String
    /// The TCP port; 0 for `ldapi`.
    public let port: Int

    /// Reads an address.
    ///
    /// - Parameter string: Scheme, host, and optionally a port; an IPv6 address stands in brackets.
    /// - Throws: ``LDAPError/Code/invalidArgument`` that says what is wrong with it.
    public init(_ string: String) throws(LDAPError) {
        func problem(_ reason: String) -> LDAPError {
            LDAPError(
                .invalidArgument, operation: "read the server address “\(LDAPError.printable(string))”", reason: reason,
                remedy: "write it as ldaps://host, ldap://host:port or ldapi://%2Fpath%2Fto%2Fsocket")
        }
        let parts = string.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let scheme = Scheme(rawValue: ASCII.lowercased(String(parts[0]))) else {
            throw problem("it starts with none of ldap://, ldaps:// and ldapi://")
        }
        // Swift takes a colon with a combining mark for another character than a colon; an address has neither marks nor spaces.
        guard parts[1].utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw problem("a host is written in ASCII letters, xn-- where its name has others")
        }
        var rest = parts[1]
        guard scheme != .ldapi else {
            if rest.hasSuffix("/") { rest.removeLast() }
            guard let path = rest.isEmpty ? Self.defaultSocketPath : Self.percentDecoded(rest) else {
                throw problem("the path of the socket is not percent-encoded: each “/” is written %2F")
            }
            guard UnixSocketAddress(path: path) != nil else {
                throw problem("the path of the socket is not absolute, or too long for a socket")
            }
            (self.scheme, self.host, port) = (.ldapi, path, 0)
            return
        }
        if rest.hasSuffix("/") { rest.removeLast() }
        guard !rest.contains(where: { "/?#@ ".contains($0) }) else {
            throw problem("only a host and a port can follow the scheme")
        }
        var host = rest
        var portText: Substring?
        if rest.hasPrefix("[") {
            guard let close = rest.firstIndex(of: "]") else { throw problem("“[” without “]”") }
            host = rest[rest.index(after: rest.startIndex)..<close]
            let after = rest[rest.index(after: close)...]
            guard after.isEmpty || after.hasPrefix(":") else { throw problem("only a port can follow “]”") }
            portText = after.isEmpty ? nil : after.dropFirst()
            guard Self.isIPv6(String(host)) else { throw problem("the brackets hold no IPv6 address") }
        } else if let colon = rest.firstIndex(of: ":") {
            host = rest[..<colon]
            portText = rest[rest.index(after: colon)...]
            guard portText?.contains(":") == false else { throw problem("an IPv6 address stands in brackets") }
        }
        guard !host.isEmpty, !host.contains("%") || host.contains(":") else {
            throw problem("the host is missing or no host name")
        }
        if let portText {
            guard portText.utf8.allSatisfy(ASCII.isDigit), let port = Int(portText), (1...65535).contains(port) else {
                throw problem("the port is no number from 1 to 65535")
            }
            self.port = port
        } else {
            port = scheme == .ldap ? 389 : 636
        }
        self.scheme = scheme
        self.host = ASCII.lowercased(String(host))
    }

    /// Whether the host is an address of this machine itself, so that nothing crosses a network.
    ///
    /// Names other than `localhost` do not count: what they resolve to is not ours to decide.
    public var isLoopback: Bool {
        if scheme == .ldapi || host == "localhost" || host == "::1" { return true }
        var address = in_addr()
        return inet_pton(AF_INET, host, &address) == 1 && UInt32(bigEndian: address.s_addr) >> 24 == 127
    }

    private static func isIPv6(_ host: String) -> Bool {
        var address = in6_addr()
        return inet_pton(AF_INET6, host, &address) == 1
    }
}

extension LDAPURL: CustomStringConvertible {
    /// The address with its port.
    public var description: String {
        if scheme == .ldapi { return "ldapi://\(Self.percentEncoded(host))" }
        return "\(scheme.rawValue)://\(host.contains(":") ? "[\(host)]" : host):\(port)"
    }
}
