internal import Foundation
internal import LDAPClient

/// Each problem in words: what is wrong with this server, and what to do.
extension TLSDiagnosis.Problem {
    private init(_ kind: TLSDiagnosis.Kind, _ explanation: String, _ remedy: String) {
        self.init(kind: kind, explanation: explanation, remedy: remedy)
    }

    static func expired(_ certificate: ShownCertificate) -> Self {
        Self(
            .expired,
            "the certificate “\(certificate.subject)” expired at \(certificate.notAfter.formatted(.iso8601))",
            "renew it on the server")
    }

    static func notYetValid(_ certificate: ShownCertificate, _ now: Date) -> Self {
        Self(
            .notYetValid,
            "the certificate “\(certificate.subject)” is valid from \(certificate.notBefore.formatted(.iso8601)) on, and "
                + "it is \(now.formatted(.iso8601)) here",
            "check the clock of this machine, or wait")
    }

    static func wrongHost(_ names: [String], _ expected: String, _ url: LDAPURL) -> Self {
        Self(
            .wrongHost,
            "the certificate is for \(names.isEmpty ? "no host at all" : names.joined(separator: ", ")), and not for "
                + expected,
            names.isEmpty
                ? "have the server's certificate made for \(expected)"
                : "connect to the server by one of its names, set the server name to it, or have the certificate made "
                    + "for \(expected)")
    }

    static func unknownAuthority(_ last: ShownCertificate, _ options: LDAPTLSOptions) -> Self {
        Self(
            .unknownAuthority, "the certificate comes from the CA “\(last.issuer)”, which is not trusted",
            "add the certificate of this CA to \(place(options)), if it is the right one, and have the server send the "
                + "CAs in between")
    }

    static func selfSigned(_ certificate: ShownCertificate, _ options: LDAPTLSOptions) -> Self {
        Self(
            .selfSigned, "the certificate “\(certificate.subject)” is signed by its own key and not trusted itself",
            "give the server a certificate of a CA, or add this very certificate to \(place(options)) after comparing "
                + "it on the server")
    }

    static func chainRefused(_ reason: String) -> Self {
        Self(
            .chainRefused, "the certificate comes from a trusted CA, but breaks a rule: \(reason)",
            "have the certificates made anew")
    }

    static func authoritiesUnusable(_ reason: String) -> Self {
        Self(.authoritiesUnusable, "the trusted CAs cannot be used: \(reason)", "correct the file, in PEM form")
    }

    static func clientCertificateUnusable(_ options: LDAPTLSOptions, _ reason: String) -> Self {
        let own = options.clientCertificate
        return Self(
            .clientCertificateUnusable,
            "the client certificate in \(own?.certificateFile ?? "") or the key in \(own?.keyFile ?? "") cannot be used, "
                + "or they do not belong together (\(ShownCertificate.printable(reason)))",
            "check both files: PEM form, readable for this user, the key not encrypted")
    }

    static func clientCertificate(_ options: LDAPTLSOptions, _ reason: String) -> Self {
        let words = reason.isEmpty ? "" : " (\(reason))"
        guard let own = options.clientCertificate else {
            return Self(
                .clientCertificateDemanded,
                "the server demands a certificate of the client, and none is configured\(words)",
                "configure a client certificate and its key, or have the server not demand one")
        }
        return Self(
            .clientCertificateRefused,
            "the server did not go on with the client certificate in \(own.certificateFile)\(words)",
            "check that it is valid and comes from a CA that the server trusts")
    }

    static func protocolTooOld(_ version: String?, _ minimum: TLSVersion) -> Self {
        Self(
            .protocolTooOld,
            version.map { "the server agrees to TLS \($0) only, and TLS \(minimum.rawValue) is required" }
                ?? "the server and this side have no version of TLS in common",
            "have the server speak TLS \(minimum.rawValue) or newer")
    }

    static func plainLDAP(_ url: LDAPURL) -> Self {
        Self(
            .plainLDAP, "port \(url.port) speaks LDAP without TLS",
            "use the server's ldaps port (mostly 636), or ldap://\(url.host):\(url.port) with StartTLS")
    }

    static func notTLS(_ url: LDAPURL, startTLS: Bool) -> Self {
        Self(
            .notTLS,
            startTLS
                ? "what answers at port \(url.port) does not speak LDAP without TLS"
                : "what answers at port \(url.port) speaks neither TLS nor LDAP",
            startTLS ? "use ldaps:// if the port expects TLS from the beginning, or check the port" : "check the port")
    }

    static func notLDAP(_ url: LDAPURL) -> Self {
        Self(.notLDAP, "port \(url.port) speaks TLS, and inside it something else than LDAP", "check the port")
    }

    static func startTLSRefused(_ url: LDAPURL, _ code: Int, _ text: String) -> Self {
        let words = text.isEmpty ? "" : ": “\(ShownCertificate.printable(text))”"
        return Self(
            .startTLSRefused, "the server refuses StartTLS with result \(code)\(words)",
            "set TLS up on the server, or use ldaps:// if it has that")
    }

    static func localhost(_ url: LDAPURL) -> Self {
        Self(
            .localhost, "for the name localhost, libldap expects the machine's own full name in the certificate",
            "use 127.0.0.1 and a certificate with that address")
    }

    static func connectionRefused(_ url: LDAPURL) -> Self {
        Self(
            .connectionRefused, "nobody listens at port \(url.port) of \(url.host)",
            "check the port, and that the server runs")
    }

    static func connectionClosed(_ url: LDAPURL, _ stage: TLSObservation.Stage) -> Self {
        Self(
            .connectionClosed, "the connection was closed \(Self.words(stage))",
            "look into the server's log, and check what stands between it and this machine")
    }

    static func unreachable(_ url: LDAPURL, _ text: String) -> Self {
        Self(
            .unreachable, "\(url.host) cannot be reached: \(ShownCertificate.printable(text))",
            "check the host name, the network and the firewall")
    }

    static func timedOut(_ url: LDAPURL, _ stage: TLSObservation.Stage) -> Self {
        Self(
            .timedOut, "no answer came in time \(Self.words(stage))",
            "check the firewall, that the server is healthy, and that the port speaks TLS")
    }

    static func handshakeFailed(_ url: LDAPURL, _ text: String) -> Self {
        Self(.handshakeFailed, "the handshake failed: \(text)", "look into the server's log")
    }

    private static func words(_ stage: TLSObservation.Stage) -> String {
        switch stage {
        case .connect: "while connecting"
        case .startTLS: "after the request for StartTLS"
        case .handshake: "within the handshake"
        case .question: "after the handshake"
        }
    }

    private static func place(_ options: LDAPTLSOptions) -> String {
        options.caFile ?? options.caDirectory ?? "a file of trusted CAs of your own (the system's does not hold it)"
    }
}
