extension LDAPError {
    /// What kind of failure an ``LDAPError`` is. New codes may appear: match the ones you handle, pass on the rest.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// RFC 4511 result codes as they are; failures found on this side are below zero.
        let number: Int32

        /// The code for a result code that a server sent (RFC 4511, appendix A, and later RFCs).
        ///
        /// - Parameter resultCode: The result code of the response.
        public init(resultCode: Int32) {
            number = resultCode
        }

        private init(local number: Int32) {
            self.number = number
        }

        /// `catch LDAPError.Code.timedOut` works with this.
        public static func ~= (code: Code, error: any Error) -> Bool {
            (error as? LDAPError)?.code == code
        }

        // Found on this side; the numbers are no part of the interface.

        /// No server could be reached: refused, unreachable, or its name is unknown.
        public static let serverDown = Code(local: -1)
        /// The time limit ran out first.
        public static let timedOut = Code(local: -2)
        /// The TLS handshake failed, the certificate was refused, or the negotiated version is too old.
        public static let tlsFailed = Code(local: -3)
        /// A plain `ldap://` address that the configuration does not allow; nothing was sent.
        public static let cleartextRefused = Code(local: -4)
        /// What answers at this address does not speak LDAP.
        public static let notLDAP = Code(local: -5)
        /// The server closed the connection, or it broke, before the answer came.
        public static let connectionClosed = Code(local: -6)
        /// The calling task was cancelled.
        public static let cancelled = Code(local: -7)
        /// The request itself is impossible, such as an empty password; nothing was sent.
        public static let invalidArgument = Code(local: -8)
        /// A filter that is not valid RFC 4515 text, or exceeds a limit; nothing was sent.
        public static let filterInvalid = Code(local: -9)
        /// The client was shut down.
        public static let clientShutDown = Code(local: -10)
        /// The server broke the protocol on this connection, such as answering a bind with a search result.
        public static let unexpectedResponse = Code(local: -11)

        /// So many callers wait for a connection that this one was not let in; nothing was sent.
        public static let tooManyWaiting = Code(local: -40)
        /// All servers failed lately, and somebody else finds out whether one works again; nothing was sent.
        public static let serversLeftAlone = Code(local: -41)

        // Sent by a server (RFC 4511, 4.1.9).

        /// 1 operationsError.
        public static let operationsError = Code(resultCode: 1)
        /// 2 protocolError.
        public static let protocolError = Code(resultCode: 2)
        /// 3 timeLimitExceeded.
        public static let timeLimitExceeded = Code(resultCode: 3)
        /// 4 sizeLimitExceeded.
        public static let sizeLimitExceeded = Code(resultCode: 4)
        /// 7 authMethodNotSupported.
        public static let authMethodNotSupported = Code(resultCode: 7)
        /// 8 strongerAuthRequired.
        public static let strongerAuthRequired = Code(resultCode: 8)
        /// 10 referral.
        public static let referral = Code(resultCode: 10)
        /// 11 adminLimitExceeded.
        public static let adminLimitExceeded = Code(resultCode: 11)
        /// 12 unavailableCriticalExtension.
        public static let unavailableCriticalExtension = Code(resultCode: 12)
        /// 13 confidentialityRequired.
        public static let confidentialityRequired = Code(resultCode: 13)
        /// 19 constraintViolation.
        public static let constraintViolation = Code(resultCode: 19)
        /// 32 noSuchObject.
        public static let noSuchObject = Code(resultCode: 32)
        /// 34 invalidDNSyntax, also for text that this side could not parse as a DN.
        public static let invalidDN = Code(resultCode: 34)
        /// 48 inappropriateAuthentication.
        public static let inappropriateAuthentication = Code(resultCode: 48)
        /// 49 invalidCredentials.
        public static let invalidCredentials = Code(resultCode: 49)
        /// 50 insufficientAccessRights.
        public static let insufficientAccess = Code(resultCode: 50)
        /// 51 busy.
        public static let busy = Code(resultCode: 51)
        /// 52 unavailable.
        public static let unavailable = Code(resultCode: 52)
        /// 53 unwillingToPerform.
        public static let unwillingToPerform = Code(resultCode: 53)
        /// 80 other.
        public static let other = Code(resultCode: 80)

        /// The code's name, for logs.
        public var description: String {
            text?.name ?? "resultCode\(number)"
        }

        /// Result codes that say something about the server's state, not about the request.
        var isServerTrouble: Bool {
            self == .busy || self == .unavailable
        }

        /// The connection broke, so that another one may do better.
        var isConnectionLoss: Bool {
            self == .connectionClosed || self == .serverDown
        }
    }
}
