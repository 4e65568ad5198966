import Testing

@testable import LDAPClient

/// The books of a synchronization: by random histories of a model directory, and case by case.
@Suite struct SyncPhaseTrackerTests {
    private let entry = LDAPEntry(dn: "cn=x", attributes: [])

    private func ids(_ numbers: Int...) -> [SyncUUID] { numbers.map(SyncMessages.uuid) }

    private func end(_ cookie: String?, allThatIsLeft: Bool) -> SyncChange {
        .refreshDone(
            SyncRefreshEnd(cookie: cookie.map(SyncCookie.init(text:)), namesAllThatIsLeft: allThatIsLeft))
    }

    private func outcome(
        sent: String?, _ changes: [SyncChange], known: [SyncUUID]
    ) -> (outcome: SyncRefreshOutcome?, cookie: String?) {
        var tracker = SyncPhaseTracker(sentCookie: sent.map(SyncCookie.init(text:)))
        for change in changes { tracker.note(change) }
        return (tracker.finishRefresh(known: known), tracker.cookie?.description)
    }

    private func add(_ number: Int) -> SyncChange {
        .entry(entry, uuid: SyncMessages.uuid(number), isModified: false)
    }

    // MARK: Random histories

    /// A consumer that may lose its connection or its life at any message, over many synchronizations.
    @Test(arguments: SyncModel.Style.allCases, [false, true])
    func theCopyIsTheContentAfterEveryRefresh(_ style: SyncModel.Style, _ whileChanging: Bool) throws {
        for seed in 0..<25 as Range<UInt64> {
            var model = SyncModel(seed: seed, size: 12)
            var copy = SyncCopy()
            for round in 0..<12 {
                for _ in 0..<model.number(below: 6) { model.change() }
                var changed = try refresh(&copy, &model, style, whileChanging)
                // What happened while the content was read may come next time.
                if !changed.isEmpty { changed = try refresh(&copy, &model, .delete, false) }
                #expect(copy.entries == expected(model), "seed \(seed), round \(round)")
                try persist(&copy, &model, seed, round)
            }
        }
    }

    private func expected(_ model: SyncModel) -> [SyncUUID: String] {
        Dictionary(uniqueKeysWithValues: model.content.map { (SyncMessages.uuid($0), "\($1)") })
    }

    /// Synchronizes until a refresh was applied; now and then one is lost halfway. Returns what changed meanwhile.
    private func refresh(
        _ copy: inout SyncCopy, _ model: inout SyncModel, _ style: SyncModel.Style, _ whileChanging: Bool
    ) throws -> [Int] {
        var cookie = copy.cookie
        while true {
            let before = copy
            let answer = model.refresh(from: cookie, style: style, whileChanging: whileChanging)
            var interpreter = try interpreter(.refreshOnly, cookie)
            var tracker = SyncPhaseTracker(sentCookie: cookie)
            var changes: [SyncChange] = []
            for message in answer.messages { changes += try interpreter.changes(of: message) }
            if model.chance(20) {
                for change in changes.prefix(model.number(below: changes.count + 1)) { tracker.note(change) }
                #expect(tracker.finishRefresh(known: copy.entries.keys) == nil)
                #expect(tracker.cookie == cookie)
                #expect(copy == before)
                continue
            }
            changes += try interpreter.end(answer.end)
            for change in changes { tracker.note(change) }
            if copy.apply(changes, &tracker) { return answer.changed }
            cookie = nil
        }
    }

    private func persist(_ copy: inout SyncCopy, _ model: inout SyncModel, _ seed: UInt64, _ round: Int) throws {
        var interpreter = try interpreter(.refreshAndPersist, copy.cookie)
        var tracker = SyncPhaseTracker(sentCookie: copy.cookie)
        for message in model.refresh(from: copy.cookie, style: .delete, whileChanging: false).messages {
            for change in try interpreter.changes(of: message) { tracker.note(change) }
        }
        let done = try interpreter.changes(
            of: .intermediate(
                oid: SyncInfoMessage.oid, value: SyncMessages.phaseEnd(present: false, cookie: model.cookie)))
        for change in done { tracker.note(change) }
        #expect(copy.apply(done, &tracker))
        for _ in 0..<model.number(below: 8) {
            let changes = try model.persist().flatMap { try interpreter.changes(of: $0) }
            // Whoever dies here goes on from the cookie, which the copy has not passed.
            if model.chance(15) { return }
            for change in changes { tracker.note(change) }
            copy.apply(changes, after: tracker)
            #expect(copy.entries == expected(model), "seed \(seed), round \(round)")
        }
    }

    private func interpreter(_ mode: SyncMode, _ cookie: SyncCookie?) throws -> SyncInterpreter {
        SyncInterpreter(
            SyncRequest(base: try DistinguishedName("dc=y"), attributes: .none, mode: mode, cookie: cookie),
            operation: "synchronize")
    }

    // MARK: Cases

    @Test func withoutACookieWhatWasNotSentIsGoneWhateverTheFlagSays() {
        for flag in [true, false] {
            let (outcome, cookie) = outcome(sent: nil, [add(1), end("new", allThatIsLeft: flag)], known: ids(1, 2))
            #expect(outcome == SyncRefreshOutcome(deleted: [], absent: ids(2), absence: .gone))
            #expect(cookie == "new")
        }
    }

    @Test func theFlagDecidesWhatAbsenceMeans() {
        let changes: [SyncChange] = [
            add(1), .presentSet(ids(2)), .present(SyncMessages.uuid(3)), .deletedSet(ids(4, 9)),
        ]
        let present = outcome(sent: "old", changes + [end("new", allThatIsLeft: true)], known: ids(1, 2, 3, 4, 5))
        #expect(present.outcome == SyncRefreshOutcome(deleted: ids(4), absent: ids(5), absence: .gone))
        let delete = outcome(sent: "old", changes + [end("new", allThatIsLeft: false)], known: ids(1, 2, 3, 4, 5))
        #expect(delete.outcome == SyncRefreshOutcome(deleted: ids(4), absent: [], absence: .unchanged))
    }

    @Test func anEndWithoutACookieKeepsTheOldOne() {
        let (outcome, cookie) = outcome(sent: "old", [end(nil, allThatIsLeft: false)], known: ids(1))
        #expect(outcome == SyncRefreshOutcome(deleted: [], absent: [], absence: .unchanged))
        #expect(cookie == "old")
    }

    @Test func withReferencesNothingFollowsFromAbsence() {
        let changes: [SyncChange] = [.reference(["ldap://b/"]), .deleted(SyncMessages.uuid(1))]
        let (present, _) = outcome(sent: "old", changes + [end("new", allThatIsLeft: true)], known: ids(1, 2))
        #expect(present == SyncRefreshOutcome(deleted: ids(1), absent: ids(2), absence: .unproven(.references)))
        let (delete, _) = outcome(sent: "old", changes + [end("new", allThatIsLeft: false)], known: ids(1, 2))
        #expect(delete?.absence == .unchanged)
    }

    @Test func aCookieThatWasIgnoredIsNoticed() {
        // Sent everything that is left, without a cookie.
        let silent = outcome(sent: "bad", [add(1), end(nil, allThatIsLeft: false)], known: ids(1, 2, 3, 4))
        #expect(silent.outcome?.absence == .unproven(.cookieIgnored))
        #expect(silent.outcome?.absent == ids(2, 3, 4))
        // Half of what is known, with one.
        let half = outcome(sent: "bad", [add(1), add(2), end("new", allThatIsLeft: false)], known: ids(1, 2, 3, 4))
        #expect(half.outcome?.absence == .unproven(.cookieIgnored))
        // A few changes with a cookie, or anything that shows a comparison, is what it seems to be.
        let few = outcome(sent: "old", [add(1), end("new", allThatIsLeft: false)], known: ids(1, 2, 3, 4))
        #expect(few.outcome?.absence == .unchanged)
        let compared = outcome(
            sent: "old", [add(1), add(2), .deletedSet(ids(3)), end("new", allThatIsLeft: false)], known: ids(1, 2, 3, 4)
        )
        #expect(compared.outcome?.absence == .unchanged)
    }

    @Test func whereNothingWasNamedNothingFollowsFromAbsence() {
        let silent = outcome(sent: "old", [end("new", allThatIsLeft: true)], known: ids(1, 2))
        #expect(
            silent.outcome == SyncRefreshOutcome(deleted: [], absent: ids(1, 2), absence: .unproven(.nothingNamed)))
        let gone = outcome(sent: "old", [.deletedSet(ids(1)), end("new", allThatIsLeft: true)], known: ids(1, 2))
        #expect(
            gone.outcome == SyncRefreshOutcome(deleted: ids(1), absent: ids(2), absence: .unproven(.nothingNamed)))
        #expect(outcome(sent: "old", [end("new", allThatIsLeft: true)], known: []).outcome?.absence == .gone)
    }

    @Test func whatWasSaidLastOfAnEntryHolds() {
        let changes: [SyncChange] = [
            .deletedSet(ids(1, 2)), add(1), add(3), .deleted(SyncMessages.uuid(3)), end("new", allThatIsLeft: true),
        ]
        let (outcome, _) = outcome(sent: "old", changes, known: ids(1, 2, 3))
        #expect(outcome == SyncRefreshOutcome(deleted: ids(2, 3), absent: [], absence: .gone))
    }

    @Test func nothingFollowsFromARefreshThatDidNotEnd() {
        var tracker = SyncPhaseTracker(sentCookie: SyncCookie(text: "old"))
        tracker.note(add(1))
        tracker.note(.cookie(SyncCookie(text: "early")))
        #expect(tracker.finishRefresh(known: ids(1, 2)) == nil)
        #expect(tracker.cookie == SyncCookie(text: "old") && !tracker.isPersisting)
        tracker.note(.restart(SyncRestart(reason: .serverIsBehind)))
        #expect(tracker.finishRefresh(known: ids(1, 2)) == nil)
        #expect(tracker.restart?.reason == .serverIsBehind)
    }

    @Test func theOutcomeIsGivenOnceAndLaterChangesDoNotCount() {
        var tracker = SyncPhaseTracker(sentCookie: nil)
        tracker.note(end("a", allThatIsLeft: true))
        tracker.note(add(1))
        #expect(tracker.finishRefresh(known: ids(1))?.absent == ids(1))
        #expect(tracker.finishRefresh(known: ids(1)) == nil)
        tracker.note(.cookie(SyncCookie(text: "b")))
        tracker.note(.idle)
        #expect(tracker.cookie == SyncCookie(text: "b"))
    }
}
