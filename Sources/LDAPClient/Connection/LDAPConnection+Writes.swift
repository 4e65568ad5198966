extension LDAPConnection {
    /// Changes one entry (RFC 4511, 4.6 to 4.9).
    ///
    /// Sent once. A change whose answer does not come may have been made all the same:
    /// ``LDAPError/requestWasSent`` says whether that is possible.
    ///
    /// - Parameters:
    ///   - change: What happens.
    ///   - dn: The entry.
    ///   - controls: Controls to send along.
    ///   - deadline: When to give up; the operation's time limit at the latest.
    /// - Throws: ``LDAPError/Code/invalidArgument`` before anything is sent if no server could carry it out; a result
    ///   code other than success; or a failure on the way.
    @discardableResult
    public func apply(
        _ change: DirectoryChange, to dn: DistinguishedName, controls: [LDAPControl] = [],
        deadline: ContinuousClock.Instant? = nil
    ) async throws(LDAPError) -> OperationResponse {
        let request = SimpleRequest(operation: .change(dn, change), controls: controls)
        return OperationResponse(try await perform(request, deadline: deadline, successes: [0]))
    }

    /// Creates an entry (RFC 4511, 4.7).
    ///
    /// - Parameters:
    ///   - dn: Its name; the parent must exist.
    ///   - attributes: Its attributes, object classes included, each with at least one value.
    ///   - controls: Controls to send along.
    ///   - deadline: When to give up; the operation's time limit at the latest.
    /// - Throws: ``LDAPError``, as ``apply(_:to:controls:deadline:)`` does.
    @discardableResult
    public func add(
        _ dn: DistinguishedName, attributes: [LDAPEntry.Attribute], controls: [LDAPControl] = [],
        deadline: ContinuousClock.Instant? = nil
    ) async throws(LDAPError) -> OperationResponse {
        try await apply(.add(attributes), to: dn, controls: controls, deadline: deadline)
    }

    /// Changes attributes of an entry, all or nothing (RFC 4511, 4.6).
    ///
    /// - Parameters:
    ///   - dn: The entry.
    ///   - modifications: The changes, in order.
    ///   - controls: Controls to send along.
    ///   - deadline: When to give up; the operation's time limit at the latest.
    /// - Throws: ``LDAPError``, as ``apply(_:to:controls:deadline:)`` does.
    @discardableResult
    public func modify(
        _ dn: DistinguishedName, _ modifications: [Modification], controls: [LDAPControl] = [],
        deadline: ContinuousClock.Instant? = nil
    ) async throws(LDAPError) -> OperationResponse {
        try await apply(.modify(modifications), to: dn, controls: controls, deadline: deadline)
    }

    /// Renames an entry, moves it, or both (RFC 4511, 4.9).
    ///
    /// - Parameters:
    ///   - dn: The entry.
    ///   - newRDN: Its new relative name.
    ///   - deleteOldRDN: Whether the values of the old relative name are removed from the entry.
    ///   - newSuperior: Its new parent; `nil` leaves it where it is.
    ///   - controls: Controls to send along.
    ///   - deadline: When to give up; the operation's time limit at the latest.
    /// - Throws: ``LDAPError``, as ``apply(_:to:controls:deadline:)`` does.
    @discardableResult
    public func modifyDN(
        _ dn: DistinguishedName, newRDN: RelativeDistinguishedName, deleteOldRDN: Bool = true,
        newSuperior: DistinguishedName? = nil, controls: [LDAPControl] = [], deadline: ContinuousClock.Instant? = nil
    ) async throws(LDAPError) -> OperationResponse {
        try await apply(
            .modifyDN(newRDN: newRDN, deleteOldRDN: deleteOldRDN, newSuperior: newSuperior), to: dn,
            controls: controls, deadline: deadline)
    }

    /// Deletes an entry that has none below it (RFC 4511, 4.8).
    ///
    /// - Parameters:
    ///   - dn: The entry.
    ///   - controls: Controls to send along.
    ///   - deadline: When to give up; the operation's time limit at the latest.
    /// - Throws: ``LDAPError``, as ``apply(_:to:controls:deadline:)`` does.
    @discardableResult
    public func delete(
        _ dn: DistinguishedName, controls: [LDAPControl] = [], deadline: ContinuousClock.Instant? = nil
    ) async throws(LDAPError) -> OperationResponse {
        try await apply(.delete, to: dn, controls: controls, deadline: deadline)
    }

    /// Sends a request that has one response, and turns a result code that is no success into an error.
    func perform(
        _ request: SimpleRequest, deadline: ContinuousClock.Instant?, successes: Set<Int32>
    ) async throws(LDAPError) -> OperationResult {
        let description = "\(request.description) at \(url)"
        if let problem = request.problem {
            throw LDAPError(.invalidArgument, step: request.step, operation: description, reason: problem)
        }
        let operation = PendingOperation(.simple(request), step: request.step, deadline: limit(deadline))
        guard case .simple(let result) = try await perform(operation) else {
            preconditionFailure("a request with one response ends with it")
        }
        if successes.contains(result.code) { return result }
        var error = LDAPError(
            LDAPError.Code(resultCode: result.code), step: request.step, operation: description,
            resultCode: result.code, diagnosticMessage: result.diagnosticMessage, matchedDN: result.matchedDN)
        error.responseControls = result.controls
        error.requestWasSent = true
        throw error
    }
}
