internal import COpenLDAP
internal import Glibc

/// Owns one libldap handle and the socket under it; both end with it.
///
/// Made around a socket that is already connected, so that libldap never resolves, connects or waits by itself.
struct SessionHandle: ~Copyable {
    let ld: OpaquePointer
    /// The socket, owned by libldap from here on.
    let descriptor: Int32

    /// Takes over a connected socket.
    ///
    /// - Parameters:
    ///   - descriptor: The socket. On failure it still belongs to the caller.
    ///   - url: The configured address; its host is what a certificate must name.
    ///   - serverName: What a certificate must name instead.
    init(descriptor: Int32, url: LDAPURL, serverName: String?) throws(SessionFailure) {
        var handle: OpaquePointer?
        // libldap asks for (SNI) and verifies the host of the handle's URI, and does nothing else with it here.
        let uri = (serverName.flatMap(url.named) ?? url).description
        let proto = url.scheme == .ldapi ? LDAP_PROTO_IPC : LDAP_PROTO_TCP
        let status = ldap_init_fd(descriptor, proto, uri, &handle)
        guard status == LDAP_SUCCESS, let handle else { throw SessionFailure(code: status) }
        ld = handle
        self.descriptor = descriptor
    }

    deinit {
        // ldap_unbind_ext(3) tells the server, closes the socket, and frees what is outstanding.
        ldap_unbind_ext(ld, nil, nil)
    }

    /// Sets every option that decides how libldap behaves; its defaults are not what anybody wants.
    ///
    /// - Parameter maxMessageBytes: The largest message that is accepted.
    borrowing func configure(maxMessageBytes: Int) throws(SessionFailure) {
        var version = LDAP_VERSION3
        var never = LDAP_DEREF_NEVER
        // Off means the NULL option value: a pointer to 0 would leave referral chasing on, and libldap would then bind
        // anonymously wherever a server points it.
        guard ldap_set_option(ld, LDAP_OPT_PROTOCOL_VERSION, &version) == LDAP_OPT_SUCCESS,
            cldap_set_boolean(ld, LDAP_OPT_REFERRALS, 0) == LDAP_OPT_SUCCESS,
            cldap_set_boolean(ld, LDAP_OPT_RESTART, 1) == LDAP_OPT_SUCCESS,
            ldap_set_option(ld, LDAP_OPT_DEREF, &never) == LDAP_OPT_SUCCESS,
            cldap_set_max_incoming(ld, ber_len_t(max(1, maxMessageBytes))) == 1
        else {
            throw SessionFailure(code: LDAP_LOCAL_ERROR)
        }
    }

    /// From here on a half message from the server blocks nobody, and whole ones are read with as few system calls as
    /// can be. To be called once, after the handshake where there is one.
    borrowing func makeNonBlocking() throws(SessionFailure) {
        guard cldap_set_nonblocking(ld) == 1, cldap_read_ahead(ld) == 1 else {
            throw SessionFailure(code: LDAP_LOCAL_ERROR)
        }
    }

    /// Ends the connection for both sides without freeing anything: wakes whoever is blocked on it.
    borrowing func shutdownSocket() {
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    /// Whether there is something to read, in libldap or in the socket, an end of file included.
    var isReadable: Bool {
        cldap_data_ready(ld) == 1
    }

    /// The first octet that came from the socket, `nil` if none has come.
    var firstOctet: UInt8? {
        UInt8(exactly: cldap_first_octet(ld))
    }

    /// The last failure on this handle. Must be asked right after the call that failed.
    borrowing func lastFailure() -> SessionFailure {
        var code: Int32 = 0
        ldap_get_option(ld, LDAP_OPT_RESULT_CODE, &code)
        var text: UnsafeMutablePointer<CChar>?
        ldap_get_option(ld, LDAP_OPT_DIAGNOSTIC_MESSAGE, &text)
        defer { ldap_memfree(text) }
        return SessionFailure(code: code, diagnosticMessage: text.map { String(cString: $0) })
    }
}

// A noncopyable value has one owner, and libldap lets any thread use a handle as long as only one does at a time:
// the handshake thread hands it over to the executor and keeps nothing.
extension SessionHandle: @unchecked Sendable {}

/// A failure inside libldap: its code, below zero for its own ones, and its words.
struct SessionFailure: Error {
    var code: Int32
    var diagnosticMessage: String?

    /// Our own socket is full and the request must wait (libldap uses the server's code for this).
    var isSocketFull: Bool { code == LDAP_BUSY }

    /// What libldap calls the code.
    var text: String {
        var text = String(cString: ldap_err2string(code))
        if let diagnosticMessage, !diagnosticMessage.isEmpty { text += ": \(LDAPError.printable(diagnosticMessage))" }
        return text
    }
}
