extension LDAPConnection {
    /// Proves a password, and makes its owner the identity of this connection if it is right (RFC 4511, 4.2).
    ///
    /// A refusal is an answer. After one, what the connection may do is up to the server: nothing should be read on it.
    ///
    /// - Parameters:
    ///   - dn: The DN as text, best as the server itself sent it.
    ///   - password: Not empty and without NUL: a DN without a password would be an unauthenticated bind, which some
    ///     servers answer with success (RFC 4513, 5.1.2).
    ///   - deadline: When to give up; the operation's time limit at the latest.
    /// - Throws: ``LDAPError`` if there is no answer. The connection is closed then.
    public func bind(
        dn: String, password: [UInt8], deadline: ContinuousClock.Instant? = nil
    ) async throws(LDAPError) -> BindResult {
        try await bind(dn: dn, password: password, step: .bind, deadline: deadline)
    }

    func bind(
        dn: String, password: [UInt8], step: LDAPStep, deadline: ContinuousClock.Instant?
    ) async throws(LDAPError) -> BindResult {
        try Self.check(dn: dn, password: password, step: step)
        let operation = try bindOperation(.simple(dn: dn, password: password), step: step, deadline: limit(deadline))
        return try await perform(operation).bindResult
    }

    /// Sends a bind request and waits for its answer.
    func send(
        _ credentials: BindCredentials, step: LDAPStep, deadline: ContinuousClock.Instant
    ) async throws(LDAPError) -> BindResult {
        try await perform(bindOperation(credentials, step: step, deadline: deadline)).bindResult
    }

    private func bindOperation(
        _ credentials: BindCredentials, step: LDAPStep, deadline: ContinuousClock.Instant
    ) throws(LDAPError) -> PendingOperation {
        guard load == 0 else {
            throw LDAPError(
                .invalidArgument, step: step, operation: "bind at \(url)",
                reason: "other operations have not ended", remedy: "bind on a connection of its own")
        }
        return PendingOperation(.bind(credentials), step: step, deadline: deadline)
    }

    /// Refuses what must never reach a server.
    nonisolated static func check(dn: String, password: [UInt8], step: LDAPStep) throws(LDAPError) {
        let problem: String? =
            if dn.isEmpty {
                "the DN is empty"
            } else if dn.utf8.contains(0) {
                "the DN contains NUL"
            } else if password.isEmpty {
                "the password is empty"
            } else if password.contains(0) {
                "the password contains NUL"
            } else {
                nil
            }
        if let problem {
            throw LDAPError(
                .invalidArgument, step: step, operation: "bind as “\(LDAPError.printable(dn))”", reason: problem,
                remedy: "give a DN and a password")
        }
    }

    /// Searches and collects what is found.
    ///
    /// - Parameters:
    ///   - request: What to search for. A page size makes it a paged search, which needs the connection for itself.
    ///   - deadline: When to give up. Each page and each further part of a long attribute has the operation's time
    ///     limit for itself.
    /// - Returns: The entries, and whether they are all.
    /// - Throws: ``LDAPError``; a result code other than success or a limit is one.
    public func search(
        _ request: SearchRequest, deadline: ContinuousClock.Instant? = nil
    ) async throws(LDAPError) -> SearchResult {
        try request.check()
        if request.pageSize != nil {
            var reader = SearchReader(self, request, deadline: deadline)
            var entries: [LDAPEntry] = []
            while let batch = try await reader.next() { entries += batch }
            return reader.result(entries)
        }
        let operation = PendingOperation(
            .search(request, sizeLimit: request.sizeLimit), step: .search, deadline: limit(deadline))
        operation.timeLimit = request.localTimeLimit
        guard case .search(let outcome) = try await perform(operation) else {
            preconditionFailure("a search ends with its result")
        }
        var result = try outcome.judged(operation.description(at: url))
        if outcome.hasRanges, request.completesRanges {
            let retriever = RangeRetriever(
                connection: self, request: request, deadline: deadline, timeLimit: operation.timeLimit)
            var isWhole = true
            for index in result.entries.indices where result.entries[index].hasRange {
                // Moved out and in again: an element of an array cannot be lent to something that waits.
                var entry = LDAPEntry(dn: "", attributes: [])
                swap(&entry, &result.entries[index])
                if try await !retriever.complete(&entry) { isWhole = false }
                swap(&entry, &result.entries[index])
            }
            result.completeness.ranges(areWhole: isWhole)
        }
        return result
    }

    func limit(_ deadline: ContinuousClock.Instant?) -> ContinuousClock.Instant {
        let own = ContinuousClock.now.advanced(by: timeouts.operation)
        return deadline.map { min($0, own) } ?? own
    }
}

extension PendingOperation.Reply {
    /// The answer to a bind, which has no other.
    fileprivate var bindResult: BindResult {
        guard case .bind(let result) = self else { preconditionFailure("a bind ends with the answer to a bind") }
        return result
    }
}

extension SearchRequest {
    /// When to stop here, a little after a server that obeys would.
    var localTimeLimit: ContinuousClock.Instant? {
        timeLimit.map { .now.advanced(by: .seconds($0.roundedUpToSeconds) + .milliseconds(500)) }
    }
}

extension SearchCompleteness {
    /// Takes into account what became of the ranges, which count only where nothing else is wrong.
    mutating func ranges(areWhole: Bool) {
        if self == .complete || self == .incomplete(.rangeCut) { self = areWhole ? .complete : .incomplete(.rangeCut) }
    }
}

extension SearchOutcome {
    /// The result with its proof, or the error that the result code is.
    func judged(_ operation: @autoclosure () -> String) throws(LDAPError) -> SearchResult {
        let completeness = SearchCompleteness.judge(
            resultCode: result.code, hasReferences: !references.isEmpty, hasRangeCut: hasRangeCut)
        guard let completeness else {
            throw LDAPError(
                LDAPError.Code(resultCode: result.code), step: .search, operation: operation(),
                resultCode: result.code, diagnosticMessage: result.diagnosticMessage, matchedDN: result.matchedDN)
        }
        return SearchResult(
            entries: entries, completeness: completeness, references: references, resultCode: result.code,
            controls: result.controls)
    }
}
