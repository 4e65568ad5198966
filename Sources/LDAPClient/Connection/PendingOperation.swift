/// A request that has not been answered to its end.
///
/// Belongs to one ``LDAPConnection`` and its isolation.
@LDAPActor
final class PendingOperation {
    /// What was asked.
    enum Request {
        case bind(dn: String, password: [UInt8])
        case search(SearchRequest, sizeLimit: Int)
    }

    /// What came back.
    enum Reply {
        case bind(BindResult)
        case search(SearchOutcome)
        /// Part of a streamed search.
        case entries([LDAPEntry])
    }

    let request: Request
    let step: LDAPStep
    /// Whether entries are handed on as they come instead of at the end.
    let isStreaming: Bool
    /// When to give up; `nil` while nobody waits.
    var deadline: ContinuousClock.Instant?
    /// The message id, once the request is sent.
    var id: Int32?
    var continuation: CheckedContinuation<Result<Reply, LDAPError>, Never>?
    /// How it ended, kept for somebody who asks later.
    var end: Result<Reply, LDAPError>?

    var entries: [LDAPEntry] = []
    var entryCount = 0
    var buffered = 0
    var references: [String] = []
    var hasRangeCut = false

    init(_ request: Request, step: LDAPStep, isStreaming: Bool = false, deadline: ContinuousClock.Instant?) {
        self.request = request
        self.step = step
        self.isStreaming = isStreaming
        self.deadline = deadline
    }

    /// The operation in words, for errors.
    func description(at url: LDAPURL) -> String {
        switch request {
        case .bind(let dn, _): "bind as \(LDAPError.printable(dn)) at \(url)"
        case .search(let request, _): "search \(request.filter) below “\(request.base)” at \(url)"
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
        } else if let end {
            continuation = nil
            waiting.resume(returning: end)
        }
    }

    /// The buffered entries, which are buffered no more.
    @discardableResult
    func takeEntries() -> [LDAPEntry] {
        defer { (entries, buffered) = ([], 0) }
        return entries
    }
}

/// The end of one search operation.
struct SearchOutcome {
    var entries: [LDAPEntry]
    var references: [String]
    var hasRangeCut: Bool
    var result: OperationResult
    /// Whether the client itself stopped at the request's size limit.
    var cutHere = false
}
