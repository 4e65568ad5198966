/// A connection on which nobody can listen, and what changes passwords: whoever has one need not look any further.
///
/// Whether a connection is one is seen from the connection itself: TLS is in use and the server has proved who it is, or it goes through a
/// Unix socket. A plain connection to the loopback address is none, and neither is one to a server that anybody on the way could be.
@LDAPActor
public struct ConfidentialConnection {
    private let connection: LDAPConnection
    private let trace: LDAPTrace?

    /// Looks at a connection. The one place that decides.
    ///
    /// - Parameters:
    ///   - connection: The connection.
    ///   - trace: Told about each change.
    /// - Throws: ``LDAPError/Code/cleartextRefused``; nothing has been sent.
    public init(_ connection: LDAPConnection, trace: LDAPTrace? = nil) throws(LDAPError) {
        guard connection.isServerVerified || connection.url.scheme == .ldapi else {
            throw LDAPError(
                .cleartextRefused, operation: "change a password at \(connection.url)",
                remedy:
                    "reach the directory by ldaps:// or with StartTLS and verify it; passwords are never changed without"
            )
        }
        self.connection = connection
        self.trace = trace
    }

    /// The server.
    public nonisolated var url: LDAPURL { connection.url }

    /// Proves a password and becomes its owner; see ``LDAPConnection/bind(dn:password:deadline:)``.
    public func bind(
        dn: String, password: [UInt8], deadline: ContinuousClock.Instant? = nil
    ) async throws(LDAPError) -> BindResult {
        try await connection.bind(dn: dn, password: password, deadline: deadline)
    }

    /// Changes a password; see ``LDAPConnection/modifyPassword(of:oldPassword:newPassword:deadline:)``.
    public func modifyPassword(
        of userIdentity: String? = nil, oldPassword: [UInt8]? = nil, newPassword: [UInt8]? = nil,
        deadline: ContinuousClock.Instant? = nil
    ) async throws(LDAPError) -> PasswordModifyResult {
        let detail = userIdentity.map { "password of \(LDAPError.printable($0))" } ?? "own password"
        return try await trace.step(.extended, url, detail, result: { _ in (0, nil, nil) }) {
            () async throws(LDAPError) in
            do throws(LDAPError) {
                return try await connection.modifyPassword(
                    of: userIdentity, oldPassword: oldPassword, newPassword: newPassword, deadline: deadline)
            } catch {
                throw error.withholding([oldPassword, newPassword].compactMap(\.self))
            }
        }
    }

    /// Changes attributes; see ``LDAPConnection/modify(_:_:controls:deadline:)``.
    @discardableResult
    public func modify(
        _ dn: DistinguishedName, _ modifications: [Modification], controls: [LDAPControl] = [],
        deadline: ContinuousClock.Instant? = nil
    ) async throws(LDAPError) -> OperationResponse {
        let names = Set(modifications.map(\.attribute)).sorted().joined(separator: ", ")
        return try await trace.step(
            .write, url, "\(names) of “\(dn)”", result: { ($0.resultCode, $0.diagnosticMessage, nil) }
        ) { () async throws(LDAPError) in
            try await connection.modify(dn, modifications, controls: controls, deadline: deadline)
        }
    }
}

extension LDAPError {
    /// Whether a text holds a password, in capitals or not.
    package static func text(_ text: String, holds password: [UInt8]) -> Bool {
        if password.isEmpty { return false }
        let small = Array(String(decoding: password, as: UTF8.self).lowercased().utf8)
        return Array(text.utf8).firstRange(of: password) != nil
            || Array(text.lowercased().utf8).firstRange(of: small) != nil
    }

    /// The same without the server's words if they hold a password: a password checker of the site's own may say what it dislikes.
    func withholding(_ passwords: [[UInt8]]) -> LDAPError {
        guard let words = diagnosticMessage, passwords.contains(where: { Self.text(words, holds: $0) }) else {
            return self
        }
        var error = self
        error.diagnosticMessage = "(withheld, since it holds a password)"
        return error
    }
}
