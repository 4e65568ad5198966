/// Reads a search part by part, page by page where the request has a page size. One at a time per connection: a server
/// keeps one page cookie only (RFC 2696).
@LDAPActor
struct SearchReader {
    private let connection: LDAPConnection
    private let request: SearchRequest
    private let deadline: ContinuousClock.Instant?
    private var operation: PendingOperation?
    private var cookie: [UInt8] = []
    private var count = 0
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
        while finished == nil {
            if let deadline, ContinuousClock.now >= deadline {
                throw LDAPError(.timedOut, step: .search, operation: "read a search at \(connection.url)")
            }
            let reply: PendingOperation.Reply
            if let operation {
                reply = try await connection.next(of: operation, deadline: deadline)
            } else {
                let page = nextPage()
                operation = page
                reply = try await connection.perform(page)
            }
            switch reply {
            case .entries(let entries):
                count += entries.count
                return entries
            case .search(let outcome):
                try pageEnded(outcome)
            case .bind:
                preconditionFailure("a search has no answer to a bind")
            }
        }
        return nil
    }

    /// The proof, once ``next()`` has returned `nil`.
    func result(_ entries: [LDAPEntry]) -> SearchResult {
        SearchResult(
            entries: entries, completeness: finished?.completeness ?? .incomplete(.sizeLimit), references: references,
            resultCode: finished?.code ?? 0, controls: finished?.controls ?? [])
    }

    private func nextPage() -> PendingOperation {
        var page = request
        if let size = request.pageSize {
            page.controls.append(PagedResultsControl.request(size: max(1, size), cookie: cookie))
            // A page size at or above the size limit would switch paging off (RFC 2696), so the limit is kept here.
            page.sizeLimit = 0
        }
        let remaining = request.sizeLimit == 0 ? 0 : max(1, request.sizeLimit - count)
        return PendingOperation(
            .search(page, sizeLimit: request.pageSize == nil ? request.sizeLimit : remaining), step: .search,
            isStreaming: true, deadline: connection.limit(deadline))
    }

    private mutating func pageEnded(_ outcome: SearchOutcome) throws(LDAPError) {
        let description = operation?.description(at: connection.url) ?? "search"
        operation = nil
        references += outcome.references
        hasRangeCut = hasRangeCut || outcome.hasRangeCut
        let page = try outcome.judged(description)
        var next: [UInt8] = []
        if outcome.result.code == 0, !outcome.cutHere, request.pageSize != nil,
            let value = outcome.result.controls.first(where: { $0.oid == PagedResultsControl.oid })?.value
        {
            guard let cookie = PagedResultsControl.cookie(of: value) else {
                throw LDAPError(
                    .unexpectedResponse, step: .search, operation: description,
                    reason: "the paging control of the answer cannot be read")
            }
            next = cookie
        }
        if next.isEmpty || (request.sizeLimit > 0 && count >= request.sizeLimit) {
            let completeness =
                next.isEmpty
                ? SearchCompleteness.judge(
                    resultCode: outcome.result.code, hasReferences: !references.isEmpty, hasRangeCut: hasRangeCut)
                : .incomplete(.sizeLimit)
            finished = (completeness ?? page.completeness, page.resultCode, page.controls)
        } else {
            cookie = next
        }
    }
}
