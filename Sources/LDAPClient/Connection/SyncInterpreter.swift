/// Makes changes of what the server sends: a value, so that its rules can be tested without any server.
///
/// Whatever does not fit ends the synchronization: a message passed over could be somebody's deletion.
struct SyncInterpreter {
    /// What a search of this kind brings.
    enum Message: Sendable {
        case entry(LDAPEntry, controls: [LDAPControl])
        case reference([String])
        case intermediate(oid: String?, value: [UInt8]?)
    }

    private let request: SyncRequest
    private let operation: String
    private var hasPresentPhase = false
    /// Whether the refresh is over and changes come as they happen.
    private(set) var isPersisting = false

    /// - Parameter operation: The operation in words, for errors.
    init(_ request: SyncRequest, operation: String) {
        self.request = request
        self.operation = operation
    }

    /// What a message before the end says.
    mutating func changes(of message: Message) throws(LDAPError) -> [SyncChange] {
        switch message {
        case .entry(let entry, let controls):
            guard let state = try controls.first(SyncStateControl.self, .search, operation) else {
                throw unexpected("an entry without a sync state")
            }
            return [change(entry, state)] + storable(state.cookie)
        case .reference(let urls):
            return [.reference(urls)]
        case .intermediate(let oid, let value):
            guard oid == SyncInfoMessage.oid, let info = SyncInfoMessage(decoding: value ?? []) else {
                throw unexpected("an intermediate response that cannot be read")
            }
            return try changes(of: info)
        }
    }

    /// What the final result says.
    mutating func end(_ result: OperationResult) throws(LDAPError) -> [SyncChange] {
        let done = try result.controls.first(SyncDoneControl.self, .search, operation)
        switch result.code {
        case 0 where isPersisting:
            return storable(done?.cookie)
        case 0:
            guard let done else { throw unexpected("a result without a sync done control") }
            return [refreshDone(done.cookie, namesAllThatIsLeft: !done.refreshDeletes)]
        // To ask for the whole content once more, where that was refused already, would go on for ever.
        case 4096 where request.cookie != nil || done?.cookie != nil:
            let cookie = done?.cookie == request.cookie ? nil : done?.cookie
            return [restart(.refreshRequired, cookie, result)]
        case 53 where request.cookie != nil && !isPersisting:
            return [restart(.serverIsBehind, nil, result)]
        default:
            throw LDAPError(
                LDAPError.Code(resultCode: result.code), step: .search, operation: operation, resultCode: result.code,
                diagnosticMessage: result.diagnosticMessage, matchedDN: result.matchedDN)
        }
    }

    private func change(_ entry: LDAPEntry, _ state: SyncStateControl) -> SyncChange {
        switch state.state {
        case .present: .present(state.uuid)
        case .add: .entry(entry.withoutSecrets(except: request.attributes), uuid: state.uuid, isModified: false)
        case .modify: .entry(entry.withoutSecrets(except: request.attributes), uuid: state.uuid, isModified: true)
        case .delete: .deleted(state.uuid)
        }
    }

    private mutating func changes(of info: SyncInfoMessage) throws(LDAPError) -> [SyncChange] {
        switch info {
        case .newCookie(let cookie):
            return storable(cookie)
        case .idSet(let cookie, refreshDeletes: true, let uuids):
            return [.deletedSet(uuids)] + storable(cookie)
        case .idSet(let cookie, refreshDeletes: false, let uuids):
            return [.presentSet(uuids)] + storable(cookie)
        case .refreshPresent(let cookie, let refreshDone):
            hasPresentPhase = true
            return try phaseEnded(cookie, refreshDone: refreshDone)
        case .refreshDelete(let cookie, let refreshDone):
            return try phaseEnded(cookie, refreshDone: refreshDone)
        }
    }

    private mutating func phaseEnded(_ cookie: SyncCookie?, refreshDone: Bool) throws(LDAPError) -> [SyncChange] {
        guard !isPersisting else { throw unexpected("the end of a refresh that was over") }
        // A search that does not go on after the refresh ends with its result, whatever a message says (RFC 4533, 3.3).
        guard refreshDone, request.mode == .refreshAndPersist else { return [] }
        isPersisting = true
        return [self.refreshDone(cookie, namesAllThatIsLeft: false)]
    }

    private func refreshDone(_ cookie: SyncCookie?, namesAllThatIsLeft: Bool) -> SyncChange {
        let isContradicted = request.cookie?.isOfDirectoryServer389 ?? false
        return .refreshDone(
            SyncRefreshEnd(
                cookie: cookie, namesAllThatIsLeft: (namesAllThatIsLeft || hasPresentPhase) && !isContradicted))
    }

    private func restart(_ reason: SyncRestart.Reason, _ cookie: SyncCookie?, _ result: OperationResult) -> SyncChange {
        .restart(SyncRestart(reason: reason, cookie: cookie, diagnosticMessage: result.diagnosticMessage))
    }

    /// A cookie that comes during a refresh names a place in the middle of it, from which changes that have not been
    /// sent yet would be skipped.
    private func storable(_ cookie: SyncCookie?) -> [SyncChange] {
        guard isPersisting, let cookie, !cookie.isWithinDeletions else { return [] }
        return [.cookie(cookie)]
    }

    private func unexpected(_ what: String) -> LDAPError {
        LDAPError(.unexpectedResponse, step: .search, operation: operation, reason: "the server sent \(what)")
    }
}

extension SyncInterpreter.Message {
    /// `nil` for what no search of this kind brings before its end.
    init?(_ content: Response.Content) {
        switch content {
        case .entry(let entry, let controls): self = .entry(entry, controls: controls)
        case .reference(let urls): self = .reference(urls)
        case .intermediate(let oid, let value): self = .intermediate(oid: oid, value: value)
        case .bindResponse, .searchDone, .simple, .unexpected: return nil
        }
    }

    /// About how much memory it takes.
    var approximateBytes: Int {
        switch self {
        case .entry(let entry, _): entry.approximateBytes
        case .reference(let urls): urls.reduce(0) { $0 + $1.utf8.count }
        case .intermediate(_, let value): value?.count ?? 0
        }
    }
}
