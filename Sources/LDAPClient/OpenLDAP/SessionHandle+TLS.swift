internal import COpenLDAP
internal import Glibc

extension SessionHandle {
    /// Makes the connection a verified TLS one, after StartTLS if `startTLS` says so.
    ///
    /// Blocks until the handshake ends or somebody shuts the socket down, so it belongs on a thread of its own. After a
    /// failure the handle must not be used any more: libldap would go on without encryption.
    borrowing func secure(_ options: LDAPTLSOptions, startTLS: Bool) throws(SessionFailure) {
        // With a network timeout set, libldap before 2.6.9 spins on a silent peer; a blocking socket merely waits.
        let flags = fcntl(descriptor, F_GETFL)
        guard flags >= 0, fcntl(descriptor, F_SETFL, flags & ~O_NONBLOCK) == 0 else {
            throw SessionFailure(code: LDAP_LOCAL_ERROR)
        }
        try setTLSOptions(options)
        let status = startTLS ? ldap_start_tls_s(ld, nil, nil) : ldap_install_tls(ld)
        guard status == LDAP_SUCCESS else {
            var failure = lastFailure()
            failure.code = status
            throw failure
        }
        guard ldap_tls_inplace(ld) == 1, let version = tlsVersion, version >= options.minimumVersion else {
            throw SessionFailure(code: LDAP_CONNECT_ERROR, diagnosticMessage: "the TLS version is too old")
        }
    }

    /// The negotiated version, `nil` without TLS or for anything older than TLS 1.2.
    var tlsVersion: TLSVersion? {
        var text: UnsafeMutablePointer<CChar>?
        guard ldap_tls_inplace(ld) == 1, ldap_get_option(ld, LDAP_OPT_X_TLS_VERSION, &text) == LDAP_OPT_SUCCESS,
            let text
        else { return nil }
        defer { ldap_memfree(text) }
        let name = String(cString: text)
        // GnuTLS writes TLS1.3, OpenSSL TLSv1.3.
        return TLSVersion.allCases.first { name.hasSuffix($0.rawValue) }
    }

    /// The certificate that the server showed, as DER; `nil` without TLS.
    var serverCertificate: [UInt8]? {
        var value = berval()
        guard ldap_tls_inplace(ld) == 1, ldap_get_option(ld, LDAP_OPT_X_TLS_PEERCERT, &value) == LDAP_OPT_SUCCESS,
            let octets = value.bv_val
        else { return nil }
        defer { ldap_memfree(octets) }
        return Self.octets(value)
    }

    /// Whether the handshake could only succeed with a server that proved who it is.
    var isServerVerified: Bool {
        var demand: Int32 = LDAP_OPT_X_TLS_NEVER
        return ldap_tls_inplace(ld) == 1
            && ldap_get_option(ld, LDAP_OPT_X_TLS_REQUIRE_CERT, &demand) == LDAP_OPT_SUCCESS
            && demand == LDAP_OPT_X_TLS_DEMAND
    }

    /// The order matters: options on a handle have an effect only once `NEWCTX` has made a context of them.
    private borrowing func setTLSOptions(_ options: LDAPTLSOptions) throws(SessionFailure) {
        let demand = options.verification == .full ? LDAP_OPT_X_TLS_DEMAND : LDAP_OPT_X_TLS_NEVER
        try set(LDAP_OPT_X_TLS_REQUIRE_CERT, demand)
        if let file = options.effectiveCAFile { try set(LDAP_OPT_X_TLS_CACERTFILE, file) }
        if let directory = options.caDirectory { try set(LDAP_OPT_X_TLS_CACERTDIR, directory) }
        // GnuTLS accepts this option and ignores it; its priority string does what is meant. libldap 2.5 loses 8 kB with each context that
        // has one, so it is set only where it refuses more than what is checked after the handshake in any case would.
        try set(LDAP_OPT_X_TLS_PROTOCOL_MIN, options.minimumVersion.number)
        if OpenLDAPLibrary.tlsPackage == "GnuTLS", options.minimumVersion > .v1_2 {
            let versions = TLSVersion.allCases.filter { $0 >= options.minimumVersion }
            let priorities = versions.map { ":+VERS-TLS\($0.rawValue)" }.reversed().joined()
            try set(LDAP_OPT_X_TLS_CIPHER_SUITE, "SECURE128:-VERS-ALL\(priorities)")
        }
        do {
            try set(LDAP_OPT_X_TLS_NEWCTX, 0)
        } catch {
            throw SessionFailure(
                code: LDAP_CONNECT_ERROR,
                diagnosticMessage: "the CA certificates in "
                    + [options.effectiveCAFile, options.caDirectory].compactMap(\.self).joined(separator: " or ")
                    + " cannot be used")
        }
        guard let certificate = options.clientCertificate else { return }
        // A second context, so that a failure tells which files it is about.
        do {
            try set(LDAP_OPT_X_TLS_CERTFILE, certificate.certificateFile)
            try set(LDAP_OPT_X_TLS_KEYFILE, certificate.keyFile)
            try set(LDAP_OPT_X_TLS_NEWCTX, 0)
        } catch {
            throw SessionFailure(
                code: LDAP_CONNECT_ERROR,
                diagnosticMessage: "the client certificate in \(certificate.certificateFile) and the key in "
                    + "\(certificate.keyFile) cannot be used, or do not belong together")
        }
    }

    private borrowing func set(_ option: Int32, _ value: Int32) throws(SessionFailure) {
        var value = value
        guard ldap_set_option(ld, option, &value) == LDAP_OPT_SUCCESS else {
            throw SessionFailure(code: LDAP_LOCAL_ERROR, diagnosticMessage: "TLS option \(option) was refused")
        }
    }

    private borrowing func set(_ option: Int32, _ value: String) throws(SessionFailure) {
        guard ldap_set_option(ld, option, value) == LDAP_OPT_SUCCESS else {
            throw SessionFailure(code: LDAP_LOCAL_ERROR, diagnosticMessage: "TLS option \(option) was refused")
        }
    }
}
