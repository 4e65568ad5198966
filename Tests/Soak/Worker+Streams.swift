import LDAPClient
import TestSupport

/// Streams of entries and of changes, read to the end, left in the middle, or cancelled from outside.
extension Worker {
    private enum Ending: CaseIterable {
        case itsOwn
        case letGo
        case cancelled
    }

    mutating func readStream(_ target: (ClientSlot, LDAPClient)) async throws {
        let client = target.1
        let request = SearchRequest(
            base: try DistinguishedName(Site.peopleDN), scope: .oneLevel, attributes: .named(["uid", "description"]))
        let ending = Ending.allCases.randomElement(using: &dice) ?? .itsOwn
        let enough = ending == .itsOwn ? Int.max : roll(Site.people)
        let (outcome, _) = await attempt("stream, \(ending)", target) { deadline throws(LDAPError) in
            let stream = try await client.entries(request, deadline: deadline)
            var count = 0
            for try await _ in stream {
                count += 1
                if count > enough { break }
            }
            if ending == .cancelled { await stream.cancel() }
            return (count: count, completeness: await stream.completeness)
        }
        guard let outcome else { return }
        if ending == .itsOwn {
            expect(outcome == (Site.people, .complete), "a stream of all was \(outcome)")
        } else {
            expect(outcome.completeness == nil || outcome.count == Site.people, "a stream left early was \(outcome)")
        }
    }

    mutating func synchronize(_ target: (ClientSlot, LDAPClient)) async throws {
        let client = target.1
        let persists = roll(2) == 0
        var request = SyncRequest(
            base: try DistinguishedName(Site.peopleDN), scope: .oneLevel, attributes: .named(["uid"]),
            mode: persists ? .refreshAndPersist : .refreshOnly, progressLimit: .seconds(2))
        request.idleInterval = .milliseconds(100)
        let idleRounds = roll(10)
        // The limit of a synchronization is that of each silence, so only what connects has a deadline.
        let limit = Duration.seconds(3 + 3 + 2)
        let (outcome, _) = await attempt(persists ? "sync, persist" : "sync, refresh", target, within: limit) {
            [request] deadline throws(LDAPError) -> (count: Int, isDone: Bool)? in
            let stream = try await client.changes(request, deadline: .now + .seconds(2))
            var (people, isDone, rounds) = (Set<String>(), false, 0)
            for try await change in stream {
                switch change {
                case .entry(let entry, _, _): people.insert(entry.dn)
                case .refreshDone: isDone = true
                case .idle: rounds += 1
                default: break
                }
                if ContinuousClock.now >= deadline { return nil }
                if rounds > idleRounds { break }
            }
            // Wrong passwords change entries: what changes during a refresh may come after it (RFC 4533, 3.3).
            return (count: people.intersection(Site.peopleWhoNeverChange).count, isDone: isDone)
        }
        guard let outcome = outcome ?? nil else { return }
        expect(outcome == (Site.peopleWhoNeverChange.count, true), "a synchronization ended by itself with \(outcome)")
    }
}
