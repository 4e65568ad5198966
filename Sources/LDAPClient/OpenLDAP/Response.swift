/// A message from the server, decoded.
struct Response {
    /// The message id of the request that it belongs to.
    var id: Int32
    var content: Content

    enum Content {
        case bindResponse(OperationResult, serverCredentials: [UInt8]?)
        case entry(LDAPEntry, controls: [LDAPControl])
        case reference([String])
        case searchDone(OperationResult)
        /// A message before the end of an operation (RFC 4511, 4.13).
        case intermediate(oid: String?, value: [UInt8]?)
        /// The answer to a request that has one, by its kind.
        case simple(SimpleResponse, OperationResult)
        /// A message of another type, or one that could not be decoded.
        case unexpected(type: Int32)
    }
}

/// The common end of an operation (RFC 4511, 4.1.9).
struct OperationResult {
    var code: Int32
    var matchedDN: String
    var diagnosticMessage: String
    var controls: [LDAPControl]
    /// OID and value of an extended response (RFC 4511, 4.12).
    var responseOID: String?
    var responseValue: [UInt8]?
}

/// The kinds of response that end their operation (RFC 4511, 4.6 to 4.12).
enum SimpleResponse: Hashable {
    case add, modify, modifyDN, delete, compare, extended
}
