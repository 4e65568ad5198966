internal import COpenLDAP

/// The client's side of one SASL exchange (RFC 4422), by libsasl2.
///
/// Its steps compute (a SCRAM password is hashed thousands of times) and loading libsasl2 reads files, so they belong on
/// a thread of their own.
struct SASLClient: ~Copyable {
    /// What one step gives.
    struct Output: Sendable {
        /// What to send, `nil` for nothing at all.
        var message: [UInt8]?
        /// Whether this side is satisfied, for SCRAM: whether the server has proved that it knows the password.
        var isDone: Bool
    }

    private let exchange: OpaquePointer

    /// - Parameters:
    ///   - host: The server's name, part of some mechanisms' computations.
    ///   - user: The authentication identity, free of NUL.
    ///   - password: Its password.
    init(host: String, user: String, password: [UInt8]) throws(SessionFailure) {
        guard csasl_available() != 0 else {
            throw SessionFailure(code: LDAP_AUTH_UNKNOWN, diagnosticMessage: "libsasl2 is not installed")
        }
        let exchange = password.withUnsafeBytes {
            csasl_create(host, user, $0.baseAddress, UInt($0.count))
        }
        guard let exchange else { throw SessionFailure(code: LDAP_LOCAL_ERROR) }
        self.exchange = exchange
    }

    deinit {
        csasl_free(exchange)
    }

    /// The first message, if the mechanism has the client speak first.
    borrowing func start(mechanism: String) throws(SessionFailure) -> Output {
        var output: UnsafePointer<CChar>?
        var length: UInt32 = 0
        let status = csasl_start(exchange, mechanism, &output, &length)
        if status == CSASL_NO_MECHANISM {
            throw SessionFailure(
                code: LDAP_AUTH_UNKNOWN, diagnosticMessage: "libsasl2 on this machine does not offer \(mechanism)")
        }
        return try result(status, output, length)
    }

    /// The answer to the server's message.
    borrowing func step(_ challenge: [UInt8]) throws(SessionFailure) -> Output {
        var output: UnsafePointer<CChar>?
        var length: UInt32 = 0
        let status = challenge.withUnsafeBytes {
            csasl_step(exchange, $0.baseAddress, UInt32(clamping: $0.count), &output, &length)
        }
        return try result(status, output, length)
    }

    private borrowing func result(
        _ status: Int32, _ output: UnsafePointer<CChar>?, _ length: UInt32
    ) throws(SessionFailure) -> Output {
        guard status >= 0 else {
            throw SessionFailure(code: LDAP_LOCAL_ERROR, diagnosticMessage: String(cString: csasl_error(exchange)))
        }
        let message = output.map { Array(UnsafeRawBufferPointer(start: $0, count: Int(length))) }
        return Output(message: message, isDone: status == CSASL_DONE)
    }
}

// A noncopyable value has one owner, who uses it on one thread at a time; the C functions below lock what they share.
extension SASLClient: @unchecked Sendable {}
