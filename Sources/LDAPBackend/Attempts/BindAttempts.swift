import AuthCore
import Synchronization

/// Remembers attempts of people, so that a password that was refused is not offered again and again, and nobody is locked out of the
/// directory from here. In memory, and for the life of the process.
final class BindAttempts: Sendable {
    /// Of how many people attempts are remembered. Beyond it those go who were here longest ago: guessing at many names gains nothing, since
    /// only people of the directory are counted.
    static let maximumPeople = 50_000

    /// One attempt that is about to be made.
    struct Attempt {
        /// Who: the entry's unchanging id, or its DN where it shows none.
        var person: String
        var password: Secret
        /// What the entry shows that changes when its password does; empty where it shows nothing.
        var stamp: String
        /// How many wrong passwords the directory counts at present.
        var shownFailures: Int
        /// Where from.
        var address: String?
    }

    private struct State {
        var histories: [String: AttemptHistory] = [:]
        /// The people by when they were last here, the longest ago first; those who came again stand there twice.
        var order: [String] = []

        mutating func trim(to maximum: Int) {
            guard order.count > 2 * maximum else { return }
            // The last place of each person counts.
            var seen: Set<String> = []
            var kept: [String] = []
            for person in order.reversed() where histories[person] != nil && seen.insert(person).inserted {
                if kept.count < maximum { kept.append(person) } else { histories[person] = nil }
            }
            order = kept.reversed()
        }
    }

    private let settings: AttemptSettings
    private let maker = PasswordDigest.Maker()
    private let now: @Sendable () -> ContinuousClock.Instant
    private let state = Mutex(State())

    init(_ settings: AttemptSettings, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
        self.settings = settings
        self.now = now
    }

    /// Why an attempt is not made.
    enum Refusal {
        /// The directory refused this very password a short while ago.
        case refusedBefore
        /// It could lock the account.
        case wouldLock(LockoutLimit)
    }

    /// Whether something speaks against asking the directory.
    ///
    /// - Parameter limit: When the directory locks, as far as it is known.
    func objection(to attempt: Attempt, limit: LockoutLimit?) -> Refusal? {
        let digest = maker.digest(of: attempt.password, stamp: attempt.stamp)
        let settings = with(limit)
        let now = now()
        return state.withLock { state in
            let history = state.histories[attempt.person] ?? AttemptHistory()
            if history.hasRefused(digest, at: now, settings) { return .refusedBefore }
            guard let limit = settings.limit else { return nil }
            return history.wouldLock(attempt.address, shown: attempt.shownFailures, limit: limit, at: now)
                ? .wouldLock(limit) : nil
        }
    }

    /// The directory refused the password.
    func refused(_ attempt: Attempt, limit: LockoutLimit?) {
        let digest = maker.digest(of: attempt.password, stamp: attempt.stamp)
        change(attempt.person, with(limit)) { $0.refused(digest, at: $1, $2) }
    }

    /// The directory accepted the password.
    func succeeded(_ attempt: Attempt, limit: LockoutLimit?) {
        change(attempt.person, with(limit)) { history, _, _ in history.succeeded(from: attempt.address) }
    }

    /// Somebody has another password: one that was refused may be the right one now. How many wrong ones there were is not forgotten, since
    /// not every directory forgets it.
    func passwordChanged(of person: String) {
        state.withLock { $0.histories[person]?.passwordChanged() }
    }

    private func with(_ limit: LockoutLimit?) -> AttemptSettings {
        var settings = settings
        settings.limit = settings.limit ?? limit
        return settings
    }

    private func change(
        _ person: String, _ settings: AttemptSettings,
        _ body: (inout AttemptHistory, ContinuousClock.Instant, AttemptSettings) -> Void
    ) {
        let now = now()
        state.withLock { state in
            var history = state.histories.removeValue(forKey: person) ?? AttemptHistory()
            body(&history, now, settings)
            guard !history.isOver(at: now, settings) else { return }
            state.histories[person] = history
            state.order.append(person)
            state.trim(to: Self.maximumPeople)
        }
    }
}
