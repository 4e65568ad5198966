internal import Glibc
internal import SwiftASN1
internal import X509

/// The names that a certificate is for, and whether one of them is the server's (RFC 6125).
struct HostNames {
    private var dnsNames: [String] = []
    private var addresses: [[UInt8]] = []
    /// The common names, which count only where there are no others, as libldap has it.
    private var commonNames: [String] = []

    init(_ certificate: Certificate) {
        let alternatives = (try? certificate.extensions.subjectAlternativeNames).map(Array.init) ?? []
        for name in alternatives {
            switch name {
            case .dnsName(let name): dnsNames.append(name)
            case .ipAddress(let address): addresses.append(Array(address.bytes))
            default: break
            }
        }
        guard dnsNames.isEmpty, addresses.isEmpty else { return }
        for attribute in certificate.subject.flatMap({ $0 }) where attribute.type == .RDNAttributeType.commonName {
            commonNames.append(attribute.value.description)
        }
    }

    /// The names as text.
    var texts: [String] { dnsNames + addresses.map(Self.text) + commonNames }

    /// Whether the certificate is for this host name or IP address.
    func include(_ host: String) -> Bool {
        if let address = Self.octets(host) { return addresses.contains(address) }
        return (dnsNames + commonNames).contains { Self.matches($0, host) }
    }

    /// A wildcard stands for the whole first label and for nothing more.
    static func matches(_ pattern: String, _ host: String) -> Bool {
        let pattern = pattern.lowercased()
        var host = host.lowercased()
        if host.hasSuffix(".") { host.removeLast() }
        guard pattern.hasPrefix("*.") else { return pattern == host }
        guard let dot = host.firstIndex(of: "."), pattern.dropFirst(2).contains(".") else { return false }
        return host[dot...] == pattern.dropFirst()
    }

    private static func octets(_ host: String) -> [UInt8]? {
        for (family, count) in [(AF_INET, 4), (AF_INET6, 16)] {
            var octets = [UInt8](repeating: 0, count: count)
            if inet_pton(family, host, &octets) == 1 { return octets }
        }
        return nil
    }

    private static func text(_ address: [UInt8]) -> String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let family = address.count == 4 ? AF_INET : AF_INET6
        guard address.count == 4 || address.count == 16,
            inet_ntop(family, address, &text, socklen_t(text.count)) != nil
        else { return "an address of \(address.count) octets" }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
