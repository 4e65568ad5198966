public import LDAPClient

/// Why TLS with a directory server does or does not work, found by a handshake of our own that accepts everything and
/// looks at what the server showed.
///
/// libldap says the same few words for a certificate that has expired, names another host, or comes from an unknown CA.
/// ```swift
/// let diagnosis = try await TLSDiagnosis.diagnose(url, options: options, deadline: .now + .seconds(5))
/// for problem in diagnosis.problems { print(problem.explanation, problem.remedy) }
/// ```
public struct TLSDiagnosis: Sendable, Hashable {
    /// The server.
    public var url: LDAPURL
    /// The name that its certificate must hold.
    public var expectedName: String
    /// The version of TLS that it agreed to, such as `1.2`; `nil` if there was no handshake.
    public var version: String?
    /// The certificates that it showed, its own first.
    public var certificates: [ShownCertificate]
    /// What is wrong, the most telling first; empty if nothing is.
    public var problems: [Problem]

    /// One thing that is wrong.
    public struct Problem: Sendable, Hashable {
        /// What kind of thing it is.
        public var kind: Kind
        /// What is wrong, as a sentence without its full stop.
        public var explanation: String
        /// What to do about it, as a sentence without its full stop.
        public var remedy: String
    }

    /// What can be wrong. More kinds may appear.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A certificate is no longer valid.
        case expired
        /// A certificate is not valid yet, or the clock of this machine is slow.
        case notYetValid
        /// The certificate names other hosts.
        case wrongHost
        /// The certificate comes from a CA that is not trusted.
        case unknownAuthority
        /// The certificate is signed by its own key and not trusted itself.
        case selfSigned
        /// There is a way to a trusted CA, and a rule of RFC 5280 forbids it.
        case chainRefused
        /// The files of trusted CAs cannot be used.
        case authoritiesUnusable
        /// The client's own certificate or key cannot be used.
        case clientCertificateUnusable
        /// The server wants a certificate of the client, and none is configured.
        case clientCertificateDemanded
        /// The server did not go on with the client's certificate.
        case clientCertificateRefused
        /// The version is older than configured.
        case protocolTooOld
        /// The port speaks LDAP without TLS.
        case plainLDAP
        /// The port speaks something else.
        case notTLS
        /// TLS works, and what is inside is no LDAP.
        case notLDAP
        /// The server does not want to begin TLS.
        case startTLSRefused
        /// For the name `localhost` libldap expects the machine's own name.
        case localhost
        /// Nobody listens there.
        case connectionRefused
        /// The server, or something on the way, ended the connection.
        case connectionClosed
        /// The host is unknown or cannot be reached.
        case unreachable
        /// No answer came in time.
        case timedOut
        /// The handshake failed in another way.
        case handshakeFailed
    }
}

extension TLSDiagnosis: CustomStringConvertible {
    /// One line: what is wrong, what would help, and the certificate that was shown.
    public var description: String {
        guard !problems.isEmpty else { return "TLS with \(url) works." }
        let reasons = problems.map(\.explanation).joined(separator: "; ")
        let remedies = problems.map(\.remedy).joined(separator: "; ")
        let shown = certificates.first.map { " The server shows \($0)." } ?? ""
        return "Could not set up TLS with \(url): \(reasons). To do: \(remedies).\(shown)"
    }
}
