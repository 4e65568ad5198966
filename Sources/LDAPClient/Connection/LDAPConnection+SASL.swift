extension LDAPConnection {
    /// Takes the identity that the layer below has proved: the client certificate of TLS, or the user of a Unix socket
    /// (RFC 4422, appendix A).
    ///
    /// - Parameters:
    ///   - authorizationIdentity: Whom to act as (`dn:…` or `u:…`, RFC 4513, 5.2.1.8); by default whom the server
    ///     derives.
    ///   - deadline: When to give up; the operation's time limit at the latest.
    /// - Throws: ``LDAPError/Code/invalidArgument`` before anything is sent on a connection that proves nothing;
    ///   other codes if there is no answer. The connection is closed then.
    public func bindExternal(
        authorizationIdentity: String? = nil, deadline: ContinuousClock.Instant? = nil
    ) async throws(LDAPError) -> BindResult {
        try await bindExternal(authorizationIdentity: authorizationIdentity, step: .bind, deadline: deadline)
    }

    func bindExternal(
        authorizationIdentity: String?, step: LDAPStep, deadline: ContinuousClock.Instant?
    ) async throws(LDAPError) -> BindResult {
        guard url.scheme == .ldapi || tlsVersion != nil else {
            throw LDAPError(
                .invalidArgument, step: step, operation: "bind with EXTERNAL at \(url)",
                reason: "nothing below LDAP proves an identity here",
                remedy: "use ldapi://, or TLS with a client certificate")
        }
        // Empty and not absent: without it the server would have to ask first.
        let message = Array((authorizationIdentity ?? "").utf8)
        return try await send(.sasl(mechanism: "EXTERNAL", message: message), step: step, deadline: limit(deadline))
    }

    /// Proves a password without sending it, and has the server prove that it knows it too.
    ///
    /// - Parameters:
    ///   - mechanism: The hash. The root DSE lists what the server offers (`supportedSASLMechanisms`).
    ///   - user: The user's name as the server's SASL configuration knows it, mostly no DN.
    ///   - password: Not empty and without NUL.
    ///   - deadline: When to give up; the operation's time limit at the latest.
    /// - Throws: ``LDAPError/Code/invalidArgument`` if libsasl2 or its mechanism is missing here;
    ///   ``LDAPError/Code/unexpectedResponse`` if the server did not prove that it knows the password, or asks for
    ///   too weak or too costly hashing. The connection is closed then.
    public func bindSCRAM(
        _ mechanism: SCRAMMechanism = .sha256, user: String, password: [UInt8],
        deadline: ContinuousClock.Instant? = nil
    ) async throws(LDAPError) -> BindResult {
        try await bindSCRAM(mechanism, user: user, password: password, step: .bind, deadline: deadline)
    }

    func bindSCRAM(
        _ mechanism: SCRAMMechanism, user: String, password: [UInt8], step: LDAPStep,
        deadline: ContinuousClock.Instant?
    ) async throws(LDAPError) -> BindResult {
        try Self.check(dn: user, password: password, step: step)
        let deadline = limit(deadline)
        let operation = "bind as \(LDAPError.printable(user)) with \(mechanism.rawValue) at \(url)"
        let exchange = SASLExchange(step: step, operation: operation, until: deadline)
        do throws(LDAPError) {
            var output = try await exchange.start(
                mechanism: mechanism.rawValue, host: url.host, user: user, password: password)
            // Two round trips; a third one serves servers that send their proof with a message of its own.
            for _ in 1...3 {
                let answer = try await send(
                    .sasl(mechanism: mechanism.rawValue, message: output.message), step: step, deadline: deadline)
                let isLast = answer.resultCode == 0
                guard isLast || answer.resultCode == Self.saslBindInProgress else { return answer }
                let challenge = answer.serverCredentials ?? []
                try Self.checkIterations(challenge, step, operation)
                if !(isLast && output.isDone && challenge.isEmpty) {
                    output = try await exchange.answer(to: challenge)
                }
                guard isLast else { continue }
                if output.isDone { return answer }
                throw LDAPError(
                    .unexpectedResponse, step: step, operation: operation,
                    reason: "the server has not proved that it knows the password",
                    remedy: "check that this is the right server, and use TLS")
            }
            throw LDAPError(
                .unexpectedResponse, step: step, operation: operation, reason: "the server does not come to an end")
        } catch {
            // Half an exchange is behind us: the server may take what comes next for a part of it.
            close()
            throw error
        }
    }

    /// The server waits for the next message of the exchange (RFC 4511, 4.2.2).
    private nonisolated static var saslBindInProgress: Int32 { 14 }

    private nonisolated static func checkIterations(
        _ message: [UInt8], _ step: LDAPStep, _ operation: String
    ) throws(LDAPError) {
        let counts = SCRAMMechanism.iterationCounts(in: message)
        guard let count = counts.first(where: { !SCRAMMechanism.iterations.contains($0) }) else { return }
        throw LDAPError(
            .unexpectedResponse, step: step, operation: operation,
            reason: "the server wants the password hashed \(count) times, and not "
                + "\(SCRAMMechanism.iterations.lowerBound) to \(SCRAMMechanism.iterations.upperBound) times",
            remedy: "correct the iteration count on the server")
    }
}
