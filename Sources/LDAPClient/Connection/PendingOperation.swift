/// A request that has not been answered to its end.
///
/// Belongs to one ``LDAPConnection`` and its isolation.
@LDAPActor
final class PendingOperation {
    /// What was asked.
    enum Request {
        case bind(BindCredentials)
        case search(SearchRequest, sizeLimit: Int)
        case simple(SimpleRequest)
        /// A search whose messages are handed on as they are.
        case sync(SearchRequest)
    }

    /// The kind of a request, by which answers are matched.
    enum Kind {
        case bind, search, sync
        case simple(SimpleResponse)
    }

    /// What came back.
    enum Reply {
        case bind(BindResult)
        case search(SearchOutcome)
        case simple(OperationResult)
        /// Part of a streamed search.
        case entries([LDAPEntry])
        /// Part of a synchronization; nothing if it has been quiet.
        case messages([SyncInterpreter.Message])
    }

    let request: Request
    let kind: Kind
    /// The most entries that are taken; 0 means no limit.
    let sizeLimit: Int
    let step: LDAPStep
    /// Whether entries are handed on as they come instead of at the end.
    let isStreaming: Bool
    /// When to give up; `nil` while nobody waits.
    var deadline: ContinuousClock.Instant?
    /// Whether the deadline ends the wait only, and the operation goes on.
    var isPatient = false
    /// When a search has to do with what has come; beside the deadline.
    var timeLimit: ContinuousClock.Instant?
    /// The message id, once the request is sent.
    var id: Int32?
    var continuation: CheckedContinuation<Result<Reply, LDAPError>, Never>?
    /// How it ended, kept for somebody who asks later.
    var end: Result<Reply, LDAPError>?

    var entries: [LDAPEntry] = []
    var messages: [SyncInterpreter.Message] = []
    var entryCount = 0
    var buffered = 0
    var references: [String] = []
    /// Whether an attribute came with a range option, and with one that says that there is more.
    var hasRanges = false
    var hasRangeCut = false

    init(_ request: Request, step: LDAPStep, isStreaming: Bool = false, deadline: ContinuousClock.Instant?) {
        self.request = request
        (kind, sizeLimit) =
            switch request {
            case .bind: (.bind, 0)
            case .search(_, let sizeLimit): (.search, sizeLimit)
            case .sync: (.sync, 0)
            case .simple(let request): (.simple(request.expectedResponse), 0)
            }
        self.step = step
        self.isStreaming = isStreaming
        self.deadline = deadline
    }

    /// Whether it decides who the connection belongs to.
    var isBind: Bool {
        if case .bind = kind { true } else { false }
    }

    /// When something has to happen at the latest; `nil` while nobody waits.
    var limit: ContinuousClock.Instant? {
        guard let deadline, let timeLimit else { return deadline }
        return min(deadline, timeLimit)
    }

    /// The end of a search as it stands.
    func outcome(_ result: OperationResult, cutHere: Bool = false) -> SearchOutcome {
        SearchOutcome(
            entries: isStreaming ? [] : takeEntries(), references: references, hasRanges: hasRanges,
            hasRangeCut: hasRangeCut, result: result, cutHere: cutHere)
    }

    /// The operation in words, for errors.
    func description(at url: LDAPURL) -> String {
        switch request {
        case .bind(let credentials): "\(credentials.description) at \(url)"
        case .search(let request, _): "search \(request.filter) below “\(request.base)” at \(url)"
        case .simple(let request): "\(request.description) at \(url)"
        case .sync(let request): "synchronize \(request.filter) below “\(request.base)” at \(url)"
        }
    }

    /// Ends the operation; only the first call counts.
    func finish(_ result: Result<Reply, LDAPError>) {
        guard end == nil else { return }
        end = result
        handOn()
    }

    /// Gives whoever waits what there is: of a stream the entries first, then the end.
    func handOn() {
        guard let waiting = continuation else { return }
        if isStreaming, !entries.isEmpty {
            continuation = nil
            // The reader may take its time now; the server is waited for again when the reader is.
            deadline = nil
            waiting.resume(returning: .success(.entries(takeEntries())))
        } else if isStreaming, !messages.isEmpty {
            continuation = nil
            deadline = nil
            waiting.resume(returning: .success(.messages(takeMessages())))
        } else if let end {
            continuation = nil
            waiting.resume(returning: end)
        }
    }

    /// The buffered entries, which are buffered no more.
    func takeEntries() -> [LDAPEntry] {
        defer { (entries, buffered) = ([], 0) }
        return entries
    }

    /// Keeps a message of a synchronization until it is taken.
    func append(_ message: SyncInterpreter.Message) {
        messages.append(message)
        buffered += message.approximateBytes
    }

    /// Whether a stream's reader is so far behind that reading has to stop.
    var isFull: Bool {
        entries.count + messages.count >= 256 || buffered >= 1 << 20
    }

    /// The buffered messages, which are buffered no more.
    func takeMessages() -> [SyncInterpreter.Message] {
        defer { (messages, buffered) = ([], 0) }
        return messages
    }

    /// Forgets what nobody has taken.
    func dropBuffer() {
        (entries, messages, buffered) = ([], [], 0)
    }

    /// Tells whoever waits that nothing has come.
    func reportSilence() {
        deadline = nil
        continuation?.resume(returning: .success(.messages([])))
        continuation = nil
    }
}

/// The end of one search operation.
struct SearchOutcome {
    var entries: [LDAPEntry]
    var references: [String]
    var hasRanges: Bool
    var hasRangeCut: Bool
    var result: OperationResult
    /// Whether the client itself stopped at a limit of the request.
    var cutHere = false
}

extension LDAPEntry {
    /// About how much memory it takes.
    var approximateBytes: Int {
        attributes.reduce(dn.utf8.count) { sum, attribute in
            attribute.values.reduce(sum + attribute.name.utf8.count) { $0 + $1.bytes.count + 32 }
        }
    }
}
