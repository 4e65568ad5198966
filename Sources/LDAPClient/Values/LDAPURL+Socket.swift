extension LDAPURL {
    /// The address of a server that listens on a Unix socket of this machine.
    ///
    /// - Parameter path: The absolute path of the socket.
    /// - Throws: ``LDAPError/Code/invalidArgument`` if the path cannot be one of a socket.
    public static func socket(_ path: String) throws(LDAPError) -> LDAPURL {
        try LDAPURL("ldapi://" + percentEncoded(path))
    }

    /// Where OpenLDAP's own programs look for the socket of `ldapi:///`.
    static let defaultSocketPath = "/var/run/slapd/ldapi"

    /// The text without its percent-encoding (RFC 3986, 2.1), `nil` if that is malformed or no text.
    static func percentDecoded(_ text: Substring) -> String? {
        var octets: [UInt8] = []
        var rest = text.utf8[...]
        while let octet = rest.popFirst() {
            guard octet == UInt8(ascii: "%") else {
                guard octet > 0x20, octet < 0x7F, !"/?#".utf8.contains(octet) else { return nil }
                octets.append(octet)
                continue
            }
            guard let high = rest.popFirst().flatMap(ASCII.hexValue), let low = rest.popFirst().flatMap(ASCII.hexValue)
            else { return nil }
            octets.append(high << 4 | low)
        }
        return String(validating: octets, as: UTF8.self)
    }

    static func percentEncoded(_ path: String) -> String {
        path.utf8.map { octet in
            let isPlain = ASCII.isLetter(octet) || ASCII.isDigit(octet) || "-._~".utf8.contains(octet)
            if isPlain { return String(UnicodeScalar(octet)) }
            let digits = String(octet, radix: 16, uppercase: true)
            return (digits.count == 1 ? "%0" : "%") + digits
        }.joined()
    }

    /// The same server under another name, `nil` if that is no host name.
    func named(_ name: String) -> LDAPURL? {
        guard scheme != .ldapi else { return nil }
        let url = try? LDAPURL("\(scheme.rawValue)://\(name.contains(":") ? "[\(name)]" : name):\(port)")
        return url?.host == ASCII.lowercased(name) ? url : nil
    }
}
