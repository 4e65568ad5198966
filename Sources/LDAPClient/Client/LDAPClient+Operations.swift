/// The operations beside searching and testing passwords, as the service account.
extension LDAPClient {
    /// Compares one value with those of an entry; see ``LDAPConnection/compare(_:attribute:value:controls:deadline:)``.
    ///
    /// Sent once more under the same conditions as a search.
    @LDAPActor
    public func compare(
        _ dn: DistinguishedName, attribute: String, value: LDAPValue, controls: [LDAPControl] = [],
        deadline: ContinuousClock.Instant? = nil, trace: LDAPTrace? = nil
    ) async throws(LDAPError) -> Bool {
        try await withServiceConnection(
            .compare, "\(attribute) of “\(dn)”", isRepeatable: true, deadline: deadline, trace: trace
        ) { connection throws(LDAPError) in
            try await connection.compare(
                dn, attribute: attribute, value: value, controls: controls, deadline: deadline)
        }
    }

    /// Changes one entry; see ``LDAPConnection/apply(_:to:controls:deadline:)``.
    ///
    /// Sent to one server only, once. Another connection is tried only while nothing has been sent.
    ///
    /// - Parameters:
    ///   - change: What happens: an addition, a modification, a renaming, a deletion.
    ///   - dn: The entry.
    ///   - controls: Controls to send along.
    ///   - deadline: When to give up; each step's own time limit holds as well.
    ///   - trace: Told about each step.
    /// - Throws: ``LDAPError``. ``LDAPError/requestWasSent`` says whether the change may have been made all the same.
    @LDAPActor
    @discardableResult
    public func apply(
        _ change: DirectoryChange, to dn: DistinguishedName, controls: [LDAPControl] = [],
        deadline: ContinuousClock.Instant? = nil, trace: LDAPTrace? = nil
    ) async throws(LDAPError) -> OperationResponse {
        let request = SimpleRequest(operation: .change(dn, change), controls: controls)
        return try await withServiceConnection(
            .write, request.description, isRepeatable: false, deadline: deadline, trace: trace,
            result: { ($0.resultCode, $0.diagnosticMessage, nil) }
        ) { connection throws(LDAPError) in
            try await connection.apply(change, to: dn, controls: controls, deadline: deadline)
        }
    }

    /// Carries out an extended operation; see ``LDAPConnection/extendedOperation(_:value:controls:deadline:)``.
    ///
    /// Sent once: what it does is not known here.
    @LDAPActor
    @discardableResult
    public func extendedOperation(
        _ oid: String, value: [UInt8]? = nil, controls: [LDAPControl] = [],
        deadline: ContinuousClock.Instant? = nil, trace: LDAPTrace? = nil
    ) async throws(LDAPError) -> ExtendedResponse {
        try await withServiceConnection(.extended, oid, isRepeatable: false, deadline: deadline, trace: trace) {
            connection throws(LDAPError) in
            try await connection.extendedOperation(oid, value: value, controls: controls, deadline: deadline)
        }
    }

    /// Sets somebody's password; see ``LDAPConnection/modifyPassword(of:oldPassword:newPassword:deadline:)``.
    ///
    /// Sent once.
    @LDAPActor
    public func modifyPassword(
        of userIdentity: String, oldPassword: [UInt8]? = nil, newPassword: [UInt8]? = nil,
        deadline: ContinuousClock.Instant? = nil, trace: LDAPTrace? = nil
    ) async throws(LDAPError) -> PasswordModifyResult {
        try await withServiceConnection(
            .extended, "password of \(LDAPError.printable(userIdentity))", isRepeatable: false, deadline: deadline,
            trace: trace
        ) { connection throws(LDAPError) in
            try await connection.modifyPassword(
                of: userIdentity, oldPassword: oldPassword, newPassword: newPassword, deadline: deadline)
        }
    }

    /// Asks who the server takes the service account for; see ``LDAPConnection/whoAmI(deadline:)``.
    ///
    /// Sent once more under the same conditions as a search.
    @LDAPActor
    public func whoAmI(
        deadline: ContinuousClock.Instant? = nil, trace: LDAPTrace? = nil
    ) async throws(LDAPError) -> String {
        try await withServiceConnection(.extended, "who am I", isRepeatable: true, deadline: deadline, trace: trace) {
            connection throws(LDAPError) in
            try await connection.whoAmI(deadline: deadline)
        }
    }
}
