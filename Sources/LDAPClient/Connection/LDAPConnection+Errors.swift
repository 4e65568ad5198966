extension LDAPConnection {
    /// What an operation fails with.
    func error(_ code: LDAPError.Code, _ operation: PendingOperation, _ reason: String? = nil) -> LDAPError {
        var error = LDAPError(code, step: operation.step, operation: operation.description(at: url), reason: reason)
        error.requestWasSent = operation.id != nil
        if error.requestWasSent, case .simple(let request) = operation.request, request.isWrite {
            error.mayHaveTakenEffect = true
            error.remedy = "look at the entry before trying again: the change may have been made"
        }
        return error
    }

    /// What an operation fails with whose connection has ended.
    func lost(_ operation: PendingOperation) -> LDAPError {
        var error = error(closingError?.code ?? .connectionClosed, operation, closingError?.reason)
        error.resultCode = closingError?.resultCode
        error.diagnosticMessage = closingError?.diagnosticMessage
        return error
    }
}

extension Response {
    /// What it means that this came and nobody asked: the server says that it ends the connection (RFC 4511, 4.4.1:
    /// Notice of Disconnection), or it follows no rule.
    func meaningUnasked(by url: LDAPURL) -> LDAPError {
        let operation = "talk to \(url)"
        guard id == 0, case .simple(.extended, let notice) = content, notice.responseOID == "1.3.6.1.4.1.1466.20036"
        else {
            return LDAPError(
                .unexpectedResponse, operation: operation, reason: "the server sent a message that nobody asked for")
        }
        return LDAPError(
            LDAPError.Code(resultCode: notice.code), operation: operation, resultCode: notice.code,
            diagnosticMessage: notice.diagnosticMessage, reason: "the server ends the connection")
    }
}
