/// A connection that belongs to a person who has bound on it, from the bind to ``end(isUsable:)``.
///
/// ```swift
/// let session = try await client.session(boundAs: dn, password: bytes)
/// let found = try await session.search(request)
/// await session.end()
/// ```
public struct PersonSession: Sendable {
    /// The connection. After a refusal it is nobody's (RFC 4511 section 4.2.1): look at the answer first.
    public let connection: LDAPConnection
    /// What the server said to the password.
    public let answer: BindResult

    private let pool: ConnectionPool
    private let lease: ConnectionPool.Lease

    init(_ lease: ConnectionPool.Lease, _ answer: BindResult, pool: ConnectionPool) {
        connection = lease.connection
        self.answer = answer
        self.pool = pool
        self.lease = lease
    }

    /// Searches as the person. Never repeated on another connection.
    ///
    /// - Parameters:
    ///   - request: What to search for.
    ///   - deadline: When to give up; the time limit of an operation holds as well.
    ///   - trace: Told about the step.
    /// - Throws: ``LDAPError``, as ``LDAPConnection/search(_:deadline:)``.
    @LDAPActor
    public func search(
        _ request: SearchRequest, deadline: ContinuousClock.Instant? = nil, trace: LDAPTrace? = nil
    ) async throws(LDAPError) -> SearchResult {
        try await trace.step(
            .search, connection.url, LDAPClient.description(of: request),
            result: { ($0.resultCode, nil, $0.entries.count) }
        ) { () async throws(LDAPError) in
            try await connection.search(request, deadline: deadline)
        }
    }

    /// Gives the connection back; the next person's bind makes it theirs. Exactly once.
    /// - Parameter isUsable: Whether all that was begun on it came to its end. Default: `true`.
    @LDAPActor
    public func end(isUsable: Bool = true) {
        pool.giveBack(lease, isUsable: isUsable)
    }
}

extension LDAPClient {
    /// Binds as a person, as ``verifyPassword(dn:password:deadline:trace:)`` does, and keeps the connection for what the person may read.
    ///
    /// - Parameters:
    ///   - name: The person's DN, or another name that the directory takes for one, such as a user principal name (MS-ADTS 5.1.1.1.1).
    ///   - password: What the person typed, as UTF-8.
    ///   - deadline: When to give up; each step's own time limit holds as well.
    ///   - trace: Told about each step.
    /// - Returns: The session. Whoever has it ends it, whatever the answer was.
    /// - Throws: As ``verifyPassword(dn:password:deadline:trace:)``.
    @LDAPActor
    public func session(
        boundAs name: String, password: [UInt8], deadline: ContinuousClock.Instant? = nil, trace: LDAPTrace? = nil
    ) async throws(LDAPError) -> PersonSession {
        try LDAPConnection.check(dn: name, password: password, step: .bind)
        let (lease, answer) = try await bind(dn: name, deadline: deadline, trace: trace) {
            connection throws(LDAPError) in
            try await connection.bind(dn: name, password: password, step: .bind, deadline: deadline)
        }
        return PersonSession(lease, answer, pool: binds)
    }
}
