/// Cancel (RFC 3909): like abandon, but the server says what became of the operation.
enum CancelOperation {
    static let oid = "1.3.6.1.1.8"

    static func request(messageID: Int32) -> [UInt8] {
        BERWriter.sequence([BERWriter.integer(Int(messageID))])
    }
}

/// A server's answer to a cancel (RFC 3909, 2.2).
public enum CancelOutcome: Sendable, Hashable {
    /// 0: the operation was cancelled; whoever waits for it gets ``LDAPError/Code/operationCanceled``.
    case cancelled
    /// 119: the server knows no such operation. It has ended already.
    case noSuchOperation
    /// 120: the operation is past the point of return, and its own answer comes.
    case tooLate
    /// 121: operations of this kind cannot be cancelled.
    case cannotCancel

    init?(resultCode: Int32) {
        switch resultCode {
        case 0: self = .cancelled
        case 119: self = .noSuchOperation
        case 120: self = .tooLate
        case 121: self = .cannotCancel
        default: return nil
        }
    }
}

/// An operation that a connection has sent and that has not ended.
public struct OperationUnderWay: Sendable, Hashable {
    /// The message id under which the server knows it (RFC 4511, 4.1.1.1).
    public let messageID: Int32
    /// What was asked, in words and without secrets.
    public let summary: String
}
