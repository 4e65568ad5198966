/// Asks something that blocks, such as DNS, with a deadline and a memory.
///
/// Neither `getaddrinfo(3)` nor `res_nquery(3)` can be ended, so they run on threads of their own. Answers are used for
/// a minute; after that a new one is asked for, and the old one still serves for an hour where DNS is slow or down.
@LDAPActor
final class CachedLookup<Value: Sendable> {
    typealias Lookup = @Sendable (String) throws(ResolutionFailure) -> Value
    private typealias Answer = Result<Value, ResolutionFailure>

    private let lookup: Lookup
    private let now: @Sendable () -> ContinuousClock.Instant
    private var cache: [String: (value: Value, time: ContinuousClock.Instant)] = [:]
    private var waiting: [String: [Promise<Answer>]] = [:]

    nonisolated init(
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }, lookup: @escaping Lookup
    ) {
        self.lookup = lookup
        self.now = now
    }

    /// The answer for a name.
    func value(for name: String, until deadline: ContinuousClock.Instant) async throws(LDAPError) -> Value {
        let now = now()
        let known = cache[name]
        if let known, known.time.advanced(by: LookupLimits.freshness) > now { return known.value }
        let usable = known.flatMap { $0.time.advanced(by: LookupLimits.staleness) > now ? $0.value : nil }
        let promise = Promise<Answer>()
        guard ask(name, promise) else {
            if let usable { return usable }
            throw failure(name, .timedOut, "\(LookupLimits.threads) other look-ups have not been answered")
        }
        // With an old answer at hand nobody waits long for a new one.
        let patience = usable == nil ? deadline : min(deadline, ContinuousClock.now.advanced(by: LookupLimits.patience))
        do {
            return try await promise.value(until: patience).get()
        } catch let error as ResolutionFailure {
            if let usable { return usable }
            throw failure(name, .serverDown, error.text)
        } catch {
            let code = (error as? Promise<Answer>.Failure)?.code ?? .timedOut
            if let usable, code != .cancelled { return usable }
            throw failure(name, code, code == .cancelled ? nil : "DNS did not answer in time")
        }
    }

    private func failure(_ name: String, _ code: LDAPError.Code, _ reason: String?) -> LDAPError {
        LDAPError(
            code, step: .resolve, operation: "resolve the name \(LDAPError.printable(name))", reason: reason,
            remedy: code == .cancelled ? nil : "check the name and this machine's DNS settings")
    }

    /// Joins the look-up that is under way or starts one.
    private func ask(_ name: String, _ promise: Promise<Answer>) -> Bool {
        if waiting[name] != nil {
            waiting[name]?.append(promise)
            return true
        }
        guard waiting.count < LookupLimits.threads else { return false }
        let lookup = lookup
        let started = DetachedThread.start {
            OpenLDAPLibrary.initialize()
            let answer: Answer
            do throws(ResolutionFailure) { answer = .success(try lookup(name)) } catch { answer = .failure(error) }
            LDAPExecutor.shared.execute { self.answered(name, answer) }
        }
        if started { waiting[name] = [promise] }
        return started
    }

    private func answered(_ name: String, _ answer: Answer) {
        if case .success(let value) = answer {
            let now = now()
            // Names of servers may come from DNS, ever new ones.
            cache = cache.filter { $0.value.time.advanced(by: LookupLimits.staleness) > now }
            cache[name] = (value, now)
        }
        for promise in waiting.removeValue(forKey: name) ?? [] { promise.fulfill(answer) }
    }
}

enum LookupLimits {
    static let freshness = Duration.seconds(60)
    static let staleness = Duration.seconds(3600)
    /// How long somebody who could do without an answer waits for it.
    static let patience = Duration.milliseconds(200)
    /// A stuck look-up cannot be ended, only abandoned; so many threads may be stuck at once, for each kind of question.
    static let threads = 8
}
