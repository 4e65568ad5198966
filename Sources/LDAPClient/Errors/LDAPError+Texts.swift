extension LDAPError.Code {
    /// A code's name, what it means in a sentence, and what usually helps.
    struct Text: Sendable {
        var name: String
        var reason: String
        var remedy: String
    }

    var reason: String {
        text?.reason ?? "the server answered with result code \(number)"
    }

    var remedy: String {
        text?.remedy ?? "look the result code up in the server's documentation"
    }

    var text: Text? { Self.texts[self] ?? Self.updateTexts[self] }

    private static let texts: [LDAPError.Code: Text] = [
        .serverDown: Text(
            name: "serverDown", reason: "the server cannot be reached",
            remedy: "check the address, the port, the firewall, and that the server is running"),
        .timedOut: Text(
            name: "timedOut", reason: "no answer came in time",
            remedy: "check that the server is healthy and that the address and port speak this protocol"),
        .tlsFailed: Text(
            name: "tlsFailed", reason: "the TLS handshake failed",
            remedy: "check that the certificate is valid, names this host, and comes from the configured CA"),
        .cleartextRefused: Text(
            name: "cleartextRefused", reason: "the connection would not be encrypted",
            remedy: "use ldaps:// or StartTLS, or allow cleartext in the configuration"),
        .notLDAP: Text(
            name: "notLDAP", reason: "what answers there does not speak LDAP",
            remedy: "check the port, and whether it expects TLS (ldaps://)"),
        .connectionClosed: Text(
            name: "connectionClosed", reason: "the connection ended before the answer came",
            remedy: "try again, and look into the server's log if this goes on"),
        .cancelled: Text(
            name: "cancelled", reason: "the task was cancelled", remedy: "try again if the answer is still wanted"),
        .invalidArgument: Text(
            name: "invalidArgument", reason: "the request is not possible", remedy: "correct the request"),
        .filterInvalid: Text(
            name: "filterInvalid", reason: "the filter is not valid", remedy: "correct the filter (RFC 4515)"),
        .clientShutDown: Text(
            name: "clientShutDown", reason: "the client was shut down", remedy: "create a new client"),
        .tooManyWaiting: Text(
            name: "tooManyWaiting", reason: "too many callers wait for a connection",
            remedy: "raise the limits of the pool, or find out why the directory is slow"),
        .serversLeftAlone: Text(
            name: "serversLeftAlone", reason: "every server failed lately and is left alone for a while",
            remedy: "check that the servers are running and can be reached"),
        .unexpectedResponse: Text(
            name: "unexpectedResponse", reason: "the answer does not fit the request",
            remedy: "check what stands between this machine and the server"),
        .operationsError: Text(
            name: "operationsError", reason: "the server could not carry out the operation in this state",
            remedy: "check whether a service account is configured (Active Directory searches need one)"),
        .protocolError: Text(
            name: "protocolError", reason: "the server did not understand the request",
            remedy: "look into the server's log"),
        .timeLimitExceeded: Text(
            name: "timeLimitExceeded", reason: "the server's time limit was reached",
            remedy: "narrow the search, add an index, or raise the time limit of the service account"),
        .sizeLimitExceeded: Text(
            name: "sizeLimitExceeded", reason: "the size limit was reached",
            remedy: "narrow the search, use pages, or raise the size limit of the service account"),
        .authMethodNotSupported: Text(
            name: "authMethodNotSupported", reason: "the server does not offer this way to bind",
            remedy: "allow simple binds on the server"),
        .strongerAuthRequired: Text(
            name: "strongerAuthRequired", reason: "the server wants stronger authentication",
            remedy: "use ldaps:// or StartTLS"),
        .referral: Text(
            name: "referral", reason: "the server refers to another server, which is never followed",
            remedy: "configure the server and the base that hold the entries"),
        .adminLimitExceeded: Text(
            name: "adminLimitExceeded", reason: "an administrative limit of the server was reached",
            remedy: "narrow the search or raise the limits of the service account"),
        .unavailableCriticalExtension: Text(
            name: "unavailableCriticalExtension", reason: "the server does not offer a required extension",
            remedy: "check which controls the server supports (root DSE, supportedControl)"),
        .confidentialityRequired: Text(
            name: "confidentialityRequired", reason: "the server wants an encrypted connection",
            remedy: "use ldaps:// or StartTLS"),
        .constraintViolation: Text(
            name: "constraintViolation", reason: "a constraint of the server forbids it",
            remedy: "look into the server's log"),
        .noSuchObject: Text(
            name: "noSuchObject", reason: "the entry does not exist, or may not be seen",
            remedy: "check the DN and the access rights of the service account"),
        .invalidDN: Text(
            name: "invalidDN", reason: "the DN is not valid", remedy: "correct the DN (RFC 4514)"),
        .inappropriateAuthentication: Text(
            name: "inappropriateAuthentication", reason: "this entry cannot bind this way",
            remedy: "check that the entry has a password and that anonymous access is not expected"),
        .invalidCredentials: Text(
            name: "invalidCredentials", reason: "the server refused the DN or the password",
            remedy: "check the DN and the password"),
        .insufficientAccess: Text(
            name: "insufficientAccess", reason: "the access rights do not suffice",
            remedy: "give the service account the right, or check that its password has not expired"),
        .busy: Text(name: "busy", reason: "the server is busy", remedy: "try again later or add a server"),
        .unavailable: Text(
            name: "unavailable", reason: "the server is shutting down or not available",
            remedy: "try again later or add a server"),
        .unwillingToPerform: Text(
            name: "unwillingToPerform", reason: "the server is not willing to do this",
            remedy: "look into the server's log and its policy"),
        .other: Text(name: "other", reason: "the server reports an internal error", remedy: "look into its log"),
    ]
}
