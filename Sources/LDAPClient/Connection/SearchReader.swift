/// Reads a search part by part, page by page where the request has a page size. One at a time per connection: a server
/// keeps one page cookie only (RFC 2696).
@LDAPActor
struct SearchReader {
    /// How many pages in a row may be empty. Active Directory sends empty ones where few entries match; a server that
    /// sends nothing else would be read for ever.
    nonisolated static let maximumEmptyPages = 1000

    private let connection: LDAPConnection
    private let request: SearchRequest
    private let deadline: ContinuousClock.Instant?
    private var timeLimit: ContinuousClock.Instant?
    private var operation: PendingOperation?
    private var cookie: [UInt8] = []
    private var count = 0
    private var countBefore = 0
    private var emptyPages = 0
    /// Entries of this page of which values are missing. They are completed after it: before its end, the connection
    /// may be full of entries that nobody has read.
    private var partial: [LDAPEntry] = []
    private var references: [String] = []
    private var hasRangeCut = false
    private var finished: (completeness: SearchCompleteness, code: Int32, controls: [LDAPControl])?

    nonisolated init(_ connection: LDAPConnection, _ request: SearchRequest, deadline: ContinuousClock.Instant?) {
        self.connection = connection
        self.request = request
        self.deadline = deadline
    }

    /// The next entries, `nil` after the last.
    mutating func next() async throws(LDAPError) -> [LDAPEntry]? {
        while true {
            if let deadline, ContinuousClock.now >= deadline {
                throw LDAPError(.timedOut, step: .search, operation: "read a search at \(connection.url)")
            }
            if operation == nil, let entry = partial.popLast() { return [try await completed(entry)] }
            if finished != nil { return nil }
            let reply: PendingOperation.Reply
            if let operation {
                reply = try await connection.next(of: operation, until: connection.limit(deadline))
            } else {
                guard let page = try nextPage() else { continue }
                operation = page
                reply = try await connection.perform(page)
            }
            switch reply {
            case .entries(let entries):
                count += entries.count
                let whole = setAsidePartial(entries)
                if !whole.isEmpty { return whole }
            case .search(let outcome):
                try pageEnded(outcome)
            case .bind, .simple, .messages:
                preconditionFailure("a search has no answer to another request")
            }
        }
    }

    /// The proof, once ``next()`` has returned `nil`.
    func result(_ entries: [LDAPEntry]) -> SearchResult {
        var completeness = finished?.completeness ?? .incomplete(.sizeLimit)
        completeness.ranges(areWhole: !hasRangeCut)
        return SearchResult(
            entries: entries, completeness: completeness, references: references,
            resultCode: finished?.code ?? 0, controls: finished?.controls ?? [])
    }

    // MARK: Ranges

    private mutating func setAsidePartial(_ entries: [LDAPEntry]) -> [LDAPEntry] {
        guard operation?.hasRanges == true, request.completesRanges else { return entries }
        partial += entries.filter(\.hasRange)
        return entries.filter { !$0.hasRange }
    }

    private mutating func completed(_ entry: LDAPEntry) async throws(LDAPError) -> LDAPEntry {
        var entry = entry
        let retriever = RangeRetriever(
            connection: connection, request: request, deadline: deadline, timeLimit: timeLimit)
        if try await !retriever.complete(&entry) { hasRangeCut = true }
        return entry
    }

    // MARK: Pages

    /// The operation for the next page, `nil` if the time for it is up.
    private mutating func nextPage() throws(LDAPError) -> PendingOperation? {
        if timeLimit == nil {
            try request.check()
            timeLimit = request.localTimeLimit
        }
        var page = request
        if let timeLimit {
            page.timeLimit = ContinuousClock.now.duration(to: timeLimit)
            guard page.timeLimit.map({ $0 > .zero }) == true else {
                finished = (.incomplete(.timeLimit), 3, [])
                return nil
            }
        }
        if let size = request.pageSize {
            page.controls.append(PagedResultsControl.request(size: size, cookie: cookie))
            // A page size at or above the size limit would switch paging off (RFC 2696), so the limit is kept here.
            page.sizeLimit = 0
        }
        countBefore = count
        let remaining = request.sizeLimit == 0 ? 0 : max(1, request.sizeLimit - count)
        let operation = PendingOperation(
            .search(page, sizeLimit: request.pageSize == nil ? request.sizeLimit : remaining), step: .search,
            isStreaming: true, deadline: connection.limit(deadline))
        operation.timeLimit = timeLimit
        return operation
    }

    private mutating func pageEnded(_ outcome: SearchOutcome) throws(LDAPError) {
        let description = operation?.description(at: connection.url) ?? "search"
        operation = nil
        references += outcome.references
        if !request.completesRanges { hasRangeCut = hasRangeCut || outcome.hasRangeCut }
        let page = try outcome.judged(description)
        var next: [UInt8] = []
        if outcome.result.code == 0, !outcome.cutHere, request.pageSize != nil {
            next = try outcome.result.controls.first(PagedResultsControl.self, .search, description)?.cookie ?? []
        }
        emptyPages = count == countBefore ? emptyPages + 1 : 0
        if emptyPages > Self.maximumEmptyPages {
            throw LDAPError(
                .unexpectedResponse, step: .search, operation: description,
                reason: "the server goes on sending pages without entries")
        }
        if next.isEmpty || (request.sizeLimit > 0 && count >= request.sizeLimit) {
            let completeness =
                next.isEmpty
                ? SearchCompleteness.judge(
                    resultCode: outcome.result.code, hasReferences: !references.isEmpty, hasRangeCut: false)
                : .incomplete(.sizeLimit)
            finished = (completeness ?? page.completeness, page.resultCode, page.controls)
        } else {
            cookie = next
        }
    }
}
