/// What a handshake of our own saw.
struct TLSObservation: Sendable {
    /// How far it came.
    enum Stage: Sendable {
        case connect
        case startTLS
        case handshake
        /// After the handshake, asking for the root DSE.
        case question
    }

    /// How it ended.
    enum End: Sendable, Equatable {
        /// Something came back: whether it is LDAP.
        case answered(isLDAP: Bool)
        case timedOut
        case closed
        case startTLSRefused(resultCode: Int, text: String)
        case failed(errno: Int32?, text: String)
    }

    var stage = Stage.connect
    var end = End.closed
    /// The version that was agreed to, such as `1.2`.
    var version: String?
    /// What the server showed, its own first, as DER.
    var certificates: [[UInt8]] = []
    /// Whether the server asked for a certificate of the client.
    var asksForCertificate = false
}
