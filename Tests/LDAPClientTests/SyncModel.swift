@testable import LDAPClient

/// A server of content synchronization without any network: entries by number, each with a version, and the history of
/// what changed. A cookie is a length of that history.
struct SyncModel {
    /// Which of the ways that RFC 4533 allows, or servers have, it answers in.
    enum Style: CaseIterable {
        /// Everything, as for a first time, with the flag as the RFC wants it (3.3.1).
        case initial
        /// Everything, with the flag as OpenLDAP sets it and without a cookie: after one that it could not read.
        case initialWithDeleteFlag
        /// What is left is named (3.3.1), one by one or in sets.
        case present
        /// What is gone is named (3.3.2).
        case delete
        /// What is left is named, then what has gone meanwhile (3.3).
        case presentThenDelete
    }

    /// The content that matches: versions of entries by number.
    private(set) var content: [Int: Int] = [:]
    private var history: [Int] = []
    private var random: Splitmix
    /// Numbers up to this one exist.
    private let size: Int

    init(seed: UInt64, size: Int) {
        random = Splitmix(seed: seed)
        self.size = size
        for _ in 0..<size { change() }
    }

    var cookie: String { "place \(history.count)" }

    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    mutating func number(below limit: Int) -> Int { Int.random(in: 0..<limit, using: &random) }

    /// Something happens to an entry: it comes, changes, goes, or is none of the content's and stays so. Returns it.
    @discardableResult
    mutating func change() -> Int {
        let number = Int.random(in: 0..<size, using: &random)
        history.append(number)
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<3: content[number] = nil
        case 3..<9: content[number] = history.count
        default: break
        }
        return number
    }

    // MARK: Answers

    /// The messages of a refresh, while the directory goes on changing, and its end.
    mutating func refresh(
        from cookie: SyncCookie?, style: Style, whileChanging: Bool
    ) -> (messages: [SyncInterpreter.Message], end: OperationResult, changed: [Int]) {
        let start = cookie.flatMap { Int($0.description.dropFirst(6)) } ?? 0
        var messages: [SyncInterpreter.Message] = []
        var changed = Set(history[start...])
        var refreshDeletes: Bool? = false
        var place: String? = self.cookie
        switch cookie == nil ? .initial : style {
        case .initial, .initialWithDeleteFlag:
            messages = content.keys.shuffled(using: &random).map(entry)
            if style == .initialWithDeleteFlag {
                refreshDeletes = true
                if cookie != nil { place = "" }
            }
        case .present:
            messages = presentPhase(changed)
            if chance(50) { refreshDeletes = nil }
        case .delete:
            messages = deletePhase(changed)
            refreshDeletes = true
            if changed.isEmpty { place = nil }
        case .presentThenDelete:
            messages = presentPhase(changed)
            messages.append(info(SyncMessages.phaseEnd(present: true, cookie: "never", refreshDone: false)))
            changed = whileChanging ? Set((0..<3).map { _ in change() }) : []
            messages += deletePhase(changed)
            place = self.cookie
            refreshDeletes = true
        }
        // What happens while the content is read may be told as it happens or next time (3.3: not isolated).
        var late: [Int] = []
        if whileChanging, place?.isEmpty == false {
            let number = change()
            if chance(50) { messages += tell(number) }
            late = [number]
        }
        let end = OperationResult(
            code: 0, matchedDN: "", diagnosticMessage: "",
            controls: [SyncMessages.done(cookie: place, refreshDeletes: refreshDeletes)])
        return (messages, end, late)
    }

    /// Changes of the persist stage, some with a cookie, some only as a cookie.
    mutating func persist() -> [SyncInterpreter.Message] {
        let number = change()
        var messages = tell(number, cookie: chance(60) ? cookie : nil)
        if messages.isEmpty || chance(20) { messages.append(info(SyncMessages.newCookie(cookie))) }
        return messages
    }

    private mutating func presentPhase(_ changed: Set<Int>) -> [SyncInterpreter.Message] {
        let unchanged = content.keys.filter { !changed.contains($0) }.shuffled(using: &random)
        var messages = content.keys.filter(changed.contains).map(entry)
        var rest = unchanged[...]
        while !rest.isEmpty {
            let part = rest.prefix(Int.random(in: 1...5, using: &random))
            rest = rest.dropFirst(part.count)
            let uuids = part.map(SyncMessages.uuid)
            if part.count == 1 {
                messages.append(empty(uuids[0], .present))
            } else {
                messages.append(info(SyncMessages.idSet(uuids, cookie: chance(30) ? "never" : nil)))
            }
        }
        return messages.shuffled(using: &random)
    }

    private mutating func deletePhase(_ changed: Set<Int>) -> [SyncInterpreter.Message] {
        // Entries that were never in the content are named too.
        let gone = changed.filter { content[$0] == nil }.map(SyncMessages.uuid)
        var messages: [SyncInterpreter.Message] =
            chance(50)
            ? [info(SyncMessages.idSet(gone, cookie: "never", refreshDeletes: true))]
            : gone.map { empty($0, .delete) }
        messages += content.keys.filter(changed.contains).map(entry)
        return messages
    }

    private func tell(_ number: Int, cookie: String? = nil) -> [SyncInterpreter.Message] {
        guard let version = content[number] else {
            return [
                .entry(
                    LDAPEntry(dn: "", attributes: []),
                    controls: [SyncMessages.state(.delete, SyncMessages.uuid(number), cookie: cookie)])
            ]
        }
        return [
            .entry(
                LDAPEntry(dn: "\(version)", attributes: []),
                controls: [SyncMessages.state(.modify, SyncMessages.uuid(number), cookie: cookie)])
        ]
    }

    private func entry(_ number: Int) -> SyncInterpreter.Message {
        .entry(
            LDAPEntry(dn: "\(content[number] ?? 0)", attributes: []),
            controls: [SyncMessages.state(.add, SyncMessages.uuid(number))])
    }

    private func empty(_ uuid: SyncUUID, _ state: SyncStateControl.State) -> SyncInterpreter.Message {
        .entry(LDAPEntry(dn: "", attributes: []), controls: [SyncMessages.state(state, uuid)])
    }

    private func info(_ value: [UInt8]) -> SyncInterpreter.Message {
        .intermediate(oid: SyncInfoMessage.oid, value: value)
    }
}

/// A copy of a content, kept the way a consumer should: a refresh is applied at once, with its cookie, or not at all.
struct SyncCopy: Equatable {
    var entries: [SyncUUID: String] = [:]
    var cookie: SyncCookie?

    /// Applies a refresh; returns `false` if it has to be asked for again without a cookie.
    mutating func apply(_ refresh: [SyncChange], _ tracker: inout SyncPhaseTracker) -> Bool {
        guard let outcome = tracker.finishRefresh(known: entries.keys) else { return true }
        // Of several statements about an entry the last holds.
        var staged: [SyncUUID: String?] = [:]
        for change in refresh {
            switch change {
            case .entry(let entry, let uuid, _): staged[uuid] = .some(entry.dn)
            case .deleted(let uuid): staged[uuid] = .some(nil)
            case .deletedSet(let uuids): for uuid in uuids { staged[uuid] = .some(nil) }
            default: break
            }
        }
        for (uuid, dn) in staged { entries[uuid] = dn }
        for uuid in outcome.deleted { entries[uuid] = nil }
        if outcome.absence == .gone { for uuid in outcome.absent { entries[uuid] = nil } }
        if case .unproven(let reason) = outcome.absence, reason != .references { return false }
        cookie = tracker.cookie
        return true
    }

    /// Applies changes of the persist stage.
    mutating func apply(_ changes: [SyncChange], after tracker: SyncPhaseTracker) {
        for change in changes {
            switch change {
            case .entry(let entry, let uuid, _): entries[uuid] = entry.dn
            case .deleted(let uuid): entries[uuid] = nil
            case .deletedSet(let uuids): for uuid in uuids { entries[uuid] = nil }
            default: break
            }
        }
        cookie = tracker.cookie
    }
}
