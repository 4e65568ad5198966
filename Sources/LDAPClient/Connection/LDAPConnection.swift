/// One connection to one server: a session with one identity at a time (RFC 4511, 3.1).
///
/// Searches may run side by side; a bind needs the connection for itself. Everything happens on ``LDAPActor``: requests
/// are sent without waiting, answers are matched to them by message id and by type, and a server that answers anything
/// else loses the connection. An ``LDAPClient`` keeps pools of these; use one directly where a session of its own is
/// needed.
@LDAPActor
public final class LDAPConnection {
    /// The server.
    public nonisolated let url: LDAPURL
    let timeouts: LDAPTimeouts

    private var session: SessionHandle?
    private let descriptor: Int32
    private var watchKey: UInt64?
    /// The operations that the server knows of, by message id.
    private(set) var operations: [Int32: PendingOperation] = [:]
    /// Requests that wait until the socket takes the one before them.
    private var unsent: [PendingOperation] = []
    private var armedDeadline: ContinuousClock.Instant?
    /// Whether reading is suspended because a stream's reader is behind.
    private var isPaused = false
    /// Whether the server ever sent a message of LDAP.
    private var hasHeardLDAP = false
    /// Whether the first octet that it sent has been looked at.
    private var hasSeenFirstByte = false
    /// Why it was closed, if something went wrong.
    private(set) var closingError: LDAPError?
    /// Called once when it is closed, by whomever; at once where it is closed already.
    var onClose: (@LDAPActor () -> Void)? {
        didSet {
            guard session == nil, let onClose else { return }
            self.onClose = nil
            onClose()
        }
    }
    /// The version of TLS in use, `nil` without.
    public let tlsVersion: TLSVersion?
    /// Whether TLS is in use and the server has proved who it is.
    public let isServerVerified: Bool

    /// Connects, and sets TLS up where the address or the options ask for it.
    ///
    /// - Parameters:
    ///   - url: The server.
    ///   - options: How to connect.
    ///   - trace: Told about each step.
    /// - Throws: ``LDAPError`` with the step that failed.
    public static func connect(
        to url: LDAPURL, options: LDAPConnectionOptions = LDAPConnectionOptions(), trace: LDAPTrace? = nil
    ) async throws(LDAPError) -> LDAPConnection {
        try await LDAPConnector.connect(to: url, options: options, trace: trace)
    }

    init(_ session: consuming SessionHandle, url: LDAPURL, timeouts: LDAPTimeouts) {
        self.url = url
        self.timeouts = timeouts
        descriptor = session.descriptor
        tlsVersion = session.tlsVersion
        isServerVerified = session.isServerVerified
        self.session = consume session
        watchKey = LDAPExecutor.shared.reactor.watch(descriptor) { [weak self] in
            LDAPActor.assumeIsolated { self?.process() }
        }
        // Where the system refuses to watch, nothing would ever be read.
        if watchKey == nil { close() }
    }

    isolated deinit {
        close()
    }

    /// Whether requests can be sent.
    public var isOpen: Bool { session != nil }

    /// How many operations have not ended.
    var load: Int { operations.count + unsent.count }

    /// When the certificate that the server showed expires; `nil` without TLS, or once it is closed.
    public var serverCertificateExpiry: DirectoryTime? {
        session?.serverCertificate.flatMap(DirectoryTime.init(expiryOf:))
    }

    /// Ends the session. Operations that have not ended fail.
    public func close() {
        close(with: nil)
    }

    /// Whether an idle connection is still good. Something to read on it is the server's goodbye, or a session ticket
    /// of TLS, which reading consumes.
    func isAlive() -> Bool {
        guard session?.isReadable == true else { return session != nil }
        process()
        return session?.isReadable == false
    }

    // MARK: Sending

    /// Sends a request and waits for its end, or the first part of a stream.
    func perform(_ operation: PendingOperation) async throws(LDAPError) -> PendingOperation.Reply {
        if Task.isCancelled { throw error(.cancelled, operation) }
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                operation.continuation = continuation
                // Where a cancellation was quicker than this, nothing is sent.
                if operation.end == nil { start(operation) } else { operation.handOn() }
            }
        } onCancel: {
            LDAPExecutor.shared.execute { self.cancel(operation) }
        }
        return try result.get()
    }

    /// The next part of a streamed search that ``perform(_:)`` began, waiting no longer than `deadline`.
    func next(
        of operation: PendingOperation, until deadline: ContinuousClock.Instant?
    ) async throws(LDAPError) -> PendingOperation.Reply {
        operation.deadline = deadline
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                // Looked at only in here: on the way in, the rest of the answer may have arrived.
                operation.continuation = continuation
                operation.handOn()
                guard operation.continuation != nil else { return }
                arm(operation)
                resumeReading()
            }
        } onCancel: {
            LDAPExecutor.shared.execute { self.cancel(operation) }
        }
        return try result.get()
    }

    private func start(_ operation: PendingOperation) {
        guard session != nil else {
            return operation.finish(.failure(lost(operation)))
        }
        // RFC 4511, 4.2.1: until a bind is answered, nobody knows whose request this would be. A bind is always alone.
        guard operations.first?.value.isBind != true, unsent.first?.isBind != true else {
            return operation.finish(.failure(error(.invalidArgument, operation, "a bind has not ended")))
        }
        guard unsent.isEmpty else {
            unsent.append(operation)
            return arm(operation)
        }
        if !send(operation) { unsent.append(operation) }
        arm(operation)
    }

    /// Hands the request to libldap; `false` if the socket is full with the one before.
    private func send(_ operation: PendingOperation) -> Bool {
        do throws(SessionFailure) {
            let sent: SessionHandle.Sent? =
                switch operation.request {
                case .bind(let credentials):
                    try session?.sendBind(credentials, controls: Self.bindControls)
                case .search(let request, _), .sync(let request):
                    try session?.sendSearch(request)
                case .simple(let request):
                    try session?.send(request)
                }
            switch sent {
            case .flushed(let id), .unfinished(let id):
                operation.id = id
                operations[id] = operation
            case nil:
                operation.finish(.failure(error(.connectionClosed, operation)))
            }
        } catch {
            if error.isSocketFull { return false }
            failedToSend(operation, error)
        }
        return true
    }

    private func failedToSend(_ operation: PendingOperation, _ failure: SessionFailure) {
        // -7 is a filter and -9 an argument that libldap refuses: the connection is as good as before.
        switch failure.code {
        case -7: return operation.finish(.failure(error(.filterInvalid, operation, failure.text)))
        case -9, -3: return operation.finish(.failure(error(.invalidArgument, operation, failure.text)))
        default: break
        }
        operation.finish(.failure(error(.connectionClosed, operation, failure.text)))
        close(with: error(.connectionClosed, operation, failure.text))
    }

    private static let bindControls = [PasswordPolicyResponse.request]

    // MARK: Receiving

    /// Reads what has arrived, and sends what could not be sent before.
    private func process() {
        var touched: [PendingOperation] = []
        defer { for operation in touched { operation.handOn() } }
        var rest = Self.messagesPerTurn
        do throws(SessionFailure) {
            while !isPaused, session != nil {
                if rest == 0 {
                    // A long answer that keeps coming must not keep the other connections waiting.
                    LDAPExecutor.shared.execute { [weak self] in self?.process() }
                    break
                }
                rest -= 1
                try checkFirstByte()
                guard let response = try session?.nextResponse() else { break }
                if response.id != 0 { hasHeardLDAP = true }
                if let streaming = receive(response) { touched.append(streaming) }
                // Without an open question nothing more is expected; whatever comes is found before the next one.
                if operations.isEmpty, unsent.isEmpty { break }
            }
        } catch {
            return connectionFailed(error)
        }
        while session != nil, !unsent.isEmpty {
            let first = unsent.removeFirst()
            if !send(first) {
                unsent.insert(first, at: 0)
                break
            }
        }
    }

    private static let messagesPerTurn = 512

    /// The first octet of a plain connection tells LDAP from everything else: every message is a BER sequence.
    private func checkFirstByte() throws(SessionFailure) {
        guard !hasSeenFirstByte, tlsVersion == nil else { return }
        guard let byte = session?.firstOctet else { return }
        // What comes next may be the middle of a message of which libldap has the beginning.
        hasSeenFirstByte = true
        if byte != 0x30 { throw SessionFailure(code: Self.notLDAP) }
    }

    private static let notLDAP: Int32 = -1000

    /// Takes one message. Returns the operation if it is a stream with something to deliver.
    private func receive(_ response: Response) -> PendingOperation? {
        guard let operation = operations[response.id] else {
            close(with: response.meaningUnasked(by: url))
            return nil
        }
        switch (operation.kind, response.content) {
        case (.bind, .bindResponse(let result, let serverCredentials)):
            // A policy that cannot be read may be one that says no.
            let decoded = BindResult(
                resultCode: result.code, diagnosticMessage: result.diagnosticMessage, controls: result.controls)
            guard var answer = decoded else {
                unexpected("a control that cannot be read")
                return nil
            }
            answer.serverCredentials = serverCredentials
            end(operation, .success(.bind(answer)))
        case (.search, .entry(let entry, _)):
            return take(entry, operation)
        case (.search, .reference(let urls)):
            operation.references += urls
        case (.search, .searchDone(let result)), (.sync, .searchDone(let result)):
            end(operation, .success(.search(operation.outcome(result))))
        case (.simple(let expected), .simple(let kind, let result)) where kind == expected:
            end(operation, .success(.simple(result)))
        case (_, .unexpected(let type)):
            unexpected("a message of type \(type) in answer to this request")
        case (.sync, let content):
            guard let message = SyncInterpreter.Message(content) else { fallthrough }
            operation.append(message)
            if operation.isFull { isPaused = true }
            return operation
        default:
            unexpected("the answer to another kind of request")
        }
        return nil
    }

    private func take(_ entry: LDAPEntry, _ operation: PendingOperation) -> PendingOperation? {
        if operation.sizeLimit > 0, operation.entryCount >= operation.sizeLimit {
            // Not every server obeys the limit that was sent.
            cut(operation, code: 4)
            return nil
        }
        operation.entryCount += 1
        operation.entries.append(entry)
        if entry.hasRange {
            operation.hasRanges = true
            if entry.hasRangeCut { operation.hasRangeCut = true }
        }
        guard operation.isStreaming else { return nil }
        operation.buffered += entry.approximateBytes
        if operation.isFull { isPaused = true }
        return operation
    }

    private func resumeReading() {
        guard isPaused else { return }
        isPaused = false
        process()
    }

    // MARK: Ending

    /// Ends a search at a limit of the request, with what has come: not every server obeys the limits that were sent.
    private func cut(_ operation: PendingOperation, code: Int32) {
        abandon(operation)
        let result = OperationResult(code: code, matchedDN: "", diagnosticMessage: "", controls: [])
        end(operation, .success(.search(operation.outcome(result, cutHere: true))))
    }

    private func end(_ operation: PendingOperation, _ result: Result<PendingOperation.Reply, LDAPError>) {
        if let id = operation.id { operations[id] = nil }
        operation.finish(result)
    }

    private func abandon(_ operation: PendingOperation) {
        guard let id = operation.id else { return }
        operations[id] = nil
        if session?.abandon(id) == false { close(with: error(.connectionClosed, operation)) }
    }

    private func arm(_ operation: PendingOperation) {
        if let limit = operation.limit, operation.end == nil { arm(limit) }
    }

    /// One timer per connection: it looks at all operations when it fires, so one that ends in time costs none.
    private func arm(_ deadline: ContinuousClock.Instant) {
        if let armedDeadline, armedDeadline <= deadline { return }
        armedDeadline = deadline
        LDAPExecutor.shared.reactor.schedule(at: deadline) { [weak self] in
            LDAPActor.assumeIsolated { self?.deadlineReached() }
        }
    }

    private func deadlineReached() {
        armedDeadline = nil
        let now = ContinuousClock.now
        let pending = Array(operations.values) + unsent
        for operation in pending {
            guard let limit = operation.limit, limit <= now, operation.end == nil else { continue }
            // A server that has sent nothing by then is not slow with its answer but does not answer.
            if operation.isPatient {
                operation.reportSilence()
            } else if limit == operation.timeLimit, operation.entryCount > 0 {
                cut(operation, code: 3)
                resumeReading()
            } else {
                giveUp(operation, .timedOut)
            }
        }
        let rest = (Array(operations.values) + unsent).compactMap(\.limit).min()
        if let rest { arm(rest) }
    }

    func cancel(_ operation: PendingOperation) {
        if operation.end == nil { giveUp(operation, .cancelled) }
    }

    /// Ends an operation before its answer came. It is abandoned (RFC 4511, 4.11); but after a bind the identity is uncertain, and
    /// nothing may be sent before its answer (RFC 4511, 4.2.1), so the connection ends with it.
    private func giveUp(_ operation: PendingOperation, _ code: LDAPError.Code) {
        var failure = error(code, operation)
        if code == .timedOut, !hasHeardLDAP {
            failure.remedy = "check that the server is healthy, and that this port speaks LDAP the way the address says"
        }
        if let index = unsent.firstIndex(where: { $0 === operation }) {
            unsent.remove(at: index)
        } else if !operation.isBind {
            abandon(operation)
        }
        // A stream that fails does not hand out what it had: its reader learns of the failure at once.
        operation.dropBuffer()
        end(operation, .failure(failure))
        if operation.isBind { close(with: failure) }
    }

    private func connectionFailed(_ failure: SessionFailure) {
        if failure.code == Self.notLDAP {
            close(with: LDAPError(.notLDAP, operation: "talk to \(url)"))
        } else {
            close(with: LDAPError(.connectionClosed, operation: "talk to \(url)", reason: failure.text))
        }
    }

    private func unexpected(_ what: String) {
        close(with: LDAPError(.unexpectedResponse, operation: "talk to \(url)", reason: "the server sent \(what)"))
    }

    private func close(with problem: LDAPError?) {
        guard session != nil else { return }
        closingError = problem ?? LDAPError(.connectionClosed, operation: "talk to \(url)", reason: "it was closed")
        if let watchKey { LDAPExecutor.shared.reactor.unwatch(watchKey, descriptor: descriptor) }
        watchKey = nil
        // A broken connection is not worth a goodbye, and must not wait for one.
        if problem != nil { session?.shutdownSocket() }
        session = nil
        let onClose = onClose
        self.onClose = nil
        defer { onClose?() }
        let pending = Array(operations.values) + unsent
        operations = [:]
        unsent = []
        for operation in pending {
            operation.dropBuffer()
            operation.finish(.failure(lost(operation)))
        }
    }
}
