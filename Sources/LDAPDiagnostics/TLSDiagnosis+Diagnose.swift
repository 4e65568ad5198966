public import LDAPClient

extension TLSDiagnosis {
    /// Makes a TLS handshake that accepts everything and sends no secret, and judges what the server showed by the
    /// options as they are meant.
    ///
    /// - Parameters:
    ///   - url: The server. With `ldap://` the handshake follows StartTLS, whatever the options say about it.
    ///   - options: The client's options, of which verification is taken to be full.
    ///   - deadline: When to come back at the latest, with what has been seen until then.
    /// - Returns: What is wrong. An unreachable server is a diagnosis and no error.
    /// - Throws: ``LDAPError/Code/invalidArgument`` for an address without TLS (`ldapi://`).
    public static func diagnose(
        _ url: LDAPURL, options: LDAPTLSOptions, deadline: ContinuousClock.Instant
    ) async throws -> TLSDiagnosis {
        guard url.scheme != .ldapi else {
            throw LDAPError(
                .invalidArgument, operation: "look at the TLS of \(url)", reason: "a Unix socket has none",
                remedy: "use ldaps://, or ldap:// for StartTLS")
        }
        do {
            let seen = try await TLSProbe.look(at: url, options, until: deadline)
            // Only a port that did not answer in TLS is asked whether it speaks LDAP without.
            var isPlainLDAP = false
            if url.scheme == .ldaps, seen.stage == .handshake, seen.certificates.isEmpty, seen.end != .timedOut {
                isPlainLDAP = await TLSProbe.speaksPlainLDAP(url, until: deadline)
            }
            return await Judge(url: url, options: options, seen: seen, isPlainLDAP: isPlainLDAP).diagnosis()
        } catch let error as TLSProbe.ClientCertificateUnusable {
            return TLSDiagnosis(
                url: url, expectedName: options.expectedName(of: url), version: nil, certificates: [],
                problems: [.clientCertificateUnusable(options, error.reason)])
        }
    }
}
