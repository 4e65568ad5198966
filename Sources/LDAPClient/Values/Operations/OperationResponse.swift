/// A server's answer to an operation that succeeded.
public struct OperationResponse: Sendable, Hashable {
    /// The result code: 0, or one of the few others that mean success for the operation.
    public var resultCode: Int32
    /// The server's words, for logs and administrators only.
    public var diagnosticMessage: String
    /// The controls of the response.
    public var controls: [LDAPControl]

    /// Creates an answer.
    public init(resultCode: Int32 = 0, diagnosticMessage: String = "", controls: [LDAPControl] = []) {
        self.resultCode = resultCode
        self.diagnosticMessage = diagnosticMessage
        self.controls = controls
    }

    init(_ result: OperationResult) {
        self.init(
            resultCode: result.code, diagnosticMessage: LDAPError.printable(result.diagnosticMessage),
            controls: result.controls)
    }
}

/// A server's answer to an extended operation that succeeded (RFC 4511, 4.12).
public struct ExtendedResponse: Sendable, Hashable {
    /// The OID of the response, if the server sent one.
    public var oid: String?
    /// The value, whose form the operation defines; `nil` if there is none.
    public var value: [UInt8]?
    /// The controls of the response.
    public var controls: [LDAPControl]

    /// Creates an answer.
    public init(oid: String? = nil, value: [UInt8]? = nil, controls: [LDAPControl] = []) {
        self.oid = oid
        self.value = value
        self.controls = controls
    }
}
