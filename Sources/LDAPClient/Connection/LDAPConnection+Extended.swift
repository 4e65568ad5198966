extension LDAPConnection {
    /// Compares one value with those of an entry (RFC 4511, 4.10), by the attribute's equality rule.
    ///
    /// - Parameters:
    ///   - dn: The entry.
    ///   - attribute: The attribute description.
    ///   - value: The value that is asserted.
    ///   - controls: Controls to send along.
    ///   - deadline: When to give up; the operation's time limit at the latest.
    /// - Returns: Whether the entry has the value.
    /// - Throws: ``LDAPError``; an entry or an attribute that is missing is one.
    public func compare(
        _ dn: DistinguishedName, attribute: String, value: LDAPValue, controls: [LDAPControl] = [],
        deadline: ContinuousClock.Instant? = nil
    ) async throws(LDAPError) -> Bool {
        let request = SimpleRequest(
            operation: .compare(dn, attribute: attribute, value: value.bytes), controls: controls)
        // compareFalse and compareTrue.
        return try await perform(request, deadline: deadline, successes: [5, 6]).code == 6
    }

    /// Carries out an extended operation (RFC 4511, 4.12). StartTLS is none for here but an option of the connection.
    ///
    /// - Parameters:
    ///   - oid: The operation's OID.
    ///   - value: The request value, whose form the operation defines.
    ///   - controls: Controls to send along.
    ///   - deadline: When to give up; the operation's time limit at the latest.
    /// - Throws: ``LDAPError``; 2 protocolError is how servers refuse an operation that they do not know.
    @discardableResult
    public func extendedOperation(
        _ oid: String, value: [UInt8]? = nil, controls: [LDAPControl] = [], deadline: ContinuousClock.Instant? = nil
    ) async throws(LDAPError) -> ExtendedResponse {
        let request = SimpleRequest(operation: .extended(oid: oid, value: value), controls: controls)
        let result = try await perform(request, deadline: deadline, successes: [0])
        return ExtendedResponse(oid: result.responseOID, value: result.responseValue, controls: result.controls)
    }

    /// Asks who the server takes this connection for (RFC 4532).
    ///
    /// - Parameter deadline: When to give up; the operation's time limit at the latest.
    /// - Returns: The authorization identity: `dn:` and a DN, `u:` and a name, or the empty text for nobody.
    /// - Throws: ``LDAPError``; ``LDAPError/Code/protocolError`` where the server does not know the operation.
    public func whoAmI(deadline: ContinuousClock.Instant? = nil) async throws(LDAPError) -> String {
        let response = try await extendedOperation(WhoAmI.oid, deadline: deadline)
        guard let identity = String(validating: response.value ?? [], as: UTF8.self) else {
            throw LDAPError(
                .unexpectedResponse, step: .extended, operation: "ask who I am at \(url)",
                reason: "the answer is no text")
        }
        return identity
    }

    /// Changes a password (RFC 3062).
    ///
    /// The password policy's reason for refusing a new password is in ``LDAPError/responseControls``.
    ///
    /// - Parameters:
    ///   - userIdentity: Whose password it is, a DN for most servers; `nil` for the owner of this connection.
    ///   - oldPassword: The present password, where the server wants it.
    ///   - newPassword: The new password; `nil` has the server make one up. Not empty and without NUL: nobody could bind
    ///     with it.
    ///   - deadline: When to give up; the operation's time limit at the latest.
    /// - Throws: ``LDAPError``. The request is sent once; see ``LDAPError/requestWasSent``.
    public func modifyPassword(
        of userIdentity: String? = nil, oldPassword: [UInt8]? = nil, newPassword: [UInt8]? = nil,
        deadline: ContinuousClock.Instant? = nil
    ) async throws(LDAPError) -> PasswordModifyResult {
        let description = "change the password of \(userIdentity.map(LDAPError.printable) ?? "myself") at \(url)"
        if let newPassword, newPassword.isEmpty || newPassword.contains(0) {
            throw LDAPError(
                .invalidArgument, step: .extended, operation: description,
                reason: "the new password is empty or contains NUL", remedy: "choose another password")
        }
        let value = PasswordModify.request(
            userIdentity: userIdentity, oldPassword: oldPassword, newPassword: newPassword)
        let response = try await extendedOperation(
            PasswordModify.oid, value: value, controls: [PasswordPolicyResponse.request], deadline: deadline)
        guard let generated = PasswordModify.generatedPassword(in: response.value) else {
            throw unreadable(description, "the answer cannot be read")
        }
        do throws(LDAPError) {
            return PasswordModifyResult(
                generatedPassword: generated, passwordPolicy: try response.controls.first(PasswordPolicyResponse.self))
        } catch {
            throw unreadable(description, error.reason)
        }
    }

    /// The server says that it has changed the password, and something else that is not understood.
    private func unreadable(_ operation: String, _ reason: String) -> LDAPError {
        var error = LDAPError(
            .unexpectedResponse, step: .extended, operation: operation, reason: reason,
            remedy: "try the new password: it may be in force")
        error.requestWasSent = true
        error.mayHaveTakenEffect = true
        return error
    }

    // MARK: Ending operations from outside

    /// What has been sent and has not ended, by message id.
    public var operationsUnderWay: [OperationUnderWay] {
        operations.sorted { $0.key < $1.key }.map { id, operation in
            OperationUnderWay(messageID: id, summary: operation.description(at: url))
        }
    }

    /// Asks the server to end an operation of this connection, and waits for what it says (RFC 3909).
    ///
    /// Cancelling the task that waits for an operation abandons it, which is enough where nobody needs to know what
    /// became of it. A bind cannot be cancelled.
    ///
    /// - Parameters:
    ///   - messageID: The operation, one of ``operationsUnderWay``.
    ///   - deadline: When to give up; the operation's time limit at the latest.
    /// - Throws: ``LDAPError``; ``LDAPError/Code/protocolError`` where the server does not know the operation.
    public func cancelOperation(
        _ messageID: Int32, deadline: ContinuousClock.Instant? = nil
    ) async throws(LDAPError) -> CancelOutcome {
        guard operations[messageID] != nil else { return .noSuchOperation }
        let request = SimpleRequest(
            operation: .extended(oid: CancelOperation.oid, value: CancelOperation.request(messageID: messageID)))
        let result = try await perform(request, deadline: deadline, successes: [0, 119, 120, 121])
        return CancelOutcome(resultCode: result.code) ?? .cannotCancel
    }

    /// Ends an operation of this connection without asking the server what became of it (RFC 4511, 4.11): whoever
    /// waits for it gets ``LDAPError/Code/cancelled`` at once. A bind takes the connection with it.
    ///
    /// - Parameter messageID: The operation, one of ``operationsUnderWay``; one that has ended is left alone.
    public func abandonOperation(_ messageID: Int32) {
        if let operation = operations[messageID] { cancel(operation) }
    }
}
