import AuthCore
import LDAPClient

extension AuthenticationOutage {
    /// The outage that a failure of the client means, in the vocabulary that log, audit, command and API share.
    init(_ error: LDAPError) {
        let reason: OutageReason =
            switch (error.step, error.code) {
            case (_, .timedOut), (_, .cancelled): .timedOut
            case (.serviceBind?, .serverDown), (.serviceBind?, .connectionClosed): .serverDown
            case (.serviceBind?, _): .serviceBindRefused
            case (.tls?, _), (_, .tlsFailed), (_, .cleartextRefused): .tlsFailed
            case (.search?, let code) where code != .connectionClosed && code != .serverDown: .searchRefused
            default: .serverDown
            }
        self.init(reason, error.description, underlying: error)
    }
}
