extension LDAPClient {
    /// Does something on a confidential connection of the service account.
    ///
    /// Done once. Another connection is tried only while nothing has been sent.
    ///
    /// - Parameters:
    ///   - step: What it is called in traces and metrics.
    ///   - detail: What it is about. Never a password.
    ///   - deadline: When to give up; each step's own time limit holds as well.
    ///   - trace: Told about each step.
    ///   - body: What is done.
    /// - Throws: ``LDAPError/Code/cleartextRefused`` where the connection is not encrypted, before `body` is called; what it throws.
    @LDAPActor
    public func withConfidentialConnection<Value>(
        _ step: LDAPStep, _ detail: String, deadline: ContinuousClock.Instant? = nil, trace: LDAPTrace? = nil,
        _ body: @LDAPActor (ConfidentialConnection) async throws(LDAPError) -> Value
    ) async throws(LDAPError) -> Value {
        try await withServiceConnection(step, detail, isRepeatable: false, deadline: deadline, trace: trace) {
            connection throws(LDAPError) in
            try await body(ConfidentialConnection(connection))
        }
    }

    /// Binds as a person on a confidential connection, as ``verifyPassword(dn:password:deadline:trace:)`` does, and does something on it
    /// while the bind lasts. The connection is closed afterwards.
    ///
    /// - Parameters:
    ///   - dn: The person's DN, best as a search returned it.
    ///   - password: What the person typed, as UTF-8.
    ///   - deadline: When to give up; each step's own time limit holds as well.
    ///   - trace: Told about each step.
    ///   - body: What is done, whatever the answer to the bind: look at it first. After a refusal nothing should be.
    /// - Throws: ``LDAPError/Code/cleartextRefused`` where the connection is not encrypted, before the password is sent; what `body` throws.
    @LDAPActor
    public func withConfidentialConnection<Value>(
        boundAs dn: String, password: [UInt8], deadline: ContinuousClock.Instant? = nil, trace: LDAPTrace? = nil,
        _ body: @LDAPActor (ConfidentialConnection, BindResult) async throws(LDAPError) -> Value
    ) async throws(LDAPError) -> Value {
        let changes = observed(trace)
        var confidential: ConfidentialConnection?
        let (lease, answer) = try await bind(dn: dn, deadline: deadline, trace: trace) { connection throws(LDAPError) in
            let guarded = try ConfidentialConnection(connection, trace: changes)
            confidential = guarded
            return try await guarded.bind(dn: dn, password: password, deadline: deadline)
        }
        // What came after the bind must not be found by whoever binds next.
        defer { binds.giveBack(lease, isUsable: false) }
        guard let confidential else { preconditionFailure("who was bound has a connection") }
        return try await body(confidential, answer)
    }
}
