import LDAPClient

extension LDAPError {
    /// What failed and what the server said, in a sentence without the remedy.
    var cause: String {
        var sentence = "Could not \(operation): \(reason)"
        if let resultCode { sentence += " (result \(resultCode))" }
        if let diagnosticMessage, !diagnosticMessage.isEmpty { sentence += ", the server says “\(diagnosticMessage)”" }
        if let matchedDN, !matchedDN.isEmpty { sentence += ", matched up to “\(matchedDN)”" }
        return sentence + "."
    }

    /// The remedy as a sentence of its own.
    var remedySentence: String { remedy.prefix(1).uppercased() + remedy.dropFirst() + "." }

    /// What helps where the server takes nothing in clear; `nil` for another failure.
    var encryptionRemedy: String? {
        switch code {
        case .confidentialityRequired, .strongerAuthRequired:
            "Encrypt the connection: write ldaps:// in servers, or tls: {start_tls: true}."
        default: nil
        }
    }

    /// What helps where TLS is not to be had.
    var tlsRemedy: String {
        switch code {
        case .protocolError, .unwillingToPerform, .unavailable, .operationsError:
            "Set up a certificate on the server so that it offers StartTLS, or write ldaps:// in servers and leave tls: start_tls out."
        default: remedySentence
        }
    }

    /// What helps where a search is refused.
    var searchRemedy: String {
        switch code {
        case .referral: "Write the server that holds these entries at servers, or a base that this server holds."
        case .insufficientAccess: "Give the service account the right to search and read below the base."
        case .timeLimitExceeded:
            "Add an index for the filter's attributes on the server, or raise its time limit for the service account."
        default: encryptionRemedy ?? remedySentence
        }
    }
}
