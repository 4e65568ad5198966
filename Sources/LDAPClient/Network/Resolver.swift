/// Finds the addresses of hosts, with a deadline and a memory.
///
/// `getaddrinfo(3)` has no time limit, so it runs on threads of its own. Answers are used for a minute; after that a
/// new one is asked for, and the old one still serves for an hour where DNS is slow or down.
@LDAPActor
final class Resolver {
    typealias Lookup = @Sendable (String) throws(ResolutionFailure) -> [SocketAddress]

    static let shared = Resolver { host throws(ResolutionFailure) in try SocketAddress.resolve(host) }

    static let freshness = Duration.seconds(60)
    static let staleness = Duration.seconds(3600)
    /// A stuck look-up cannot be ended, only abandoned; so many threads may be stuck at once.
    static let maximumLookups = 8

    private typealias Answer = Result<[SocketAddress], ResolutionFailure>

    private let lookup: Lookup
    private var cache: [String: (addresses: [SocketAddress], time: ContinuousClock.Instant)] = [:]
    private var waiting: [String: [Promise<Answer>]] = [:]

    init(lookup: @escaping Lookup) {
        self.lookup = lookup
    }

    /// The addresses of a host, at least one.
    func addresses(of host: String, until deadline: ContinuousClock.Instant) async throws(LDAPError) -> [SocketAddress]
    {
        if let address = try? SocketAddress.resolve(host, numericOnly: true) { return address }
        let now = ContinuousClock.now
        let known = cache[host]
        if let known, known.time.advanced(by: Self.freshness) > now { return known.addresses }
        let usable = known.flatMap { $0.time.advanced(by: Self.staleness) > now ? $0.addresses : nil }
        let promise = Promise<Answer>()
        guard ask(host, promise) else {
            if let usable { return usable }
            throw failure(host, .timedOut, "\(Self.maximumLookups) other look-ups have not been answered")
        }
        // With an old answer at hand nobody waits long for a new one.
        let patience = usable == nil ? deadline : min(deadline, now.advanced(by: .milliseconds(200)))
        do {
            let addresses = try await promise.value(until: patience).get()
            if !addresses.isEmpty { return addresses }
            throw ResolutionFailure(text: "no addresses")
        } catch let error as ResolutionFailure {
            if let usable { return usable }
            throw failure(host, .serverDown, error.text)
        } catch {
            let code = (error as? Promise<Answer>.Failure)?.code ?? .timedOut
            if let usable, code != .cancelled { return usable }
            throw failure(host, code, code == .cancelled ? nil : "DNS did not answer in time")
        }
    }

    private func failure(_ host: String, _ code: LDAPError.Code, _ reason: String?) -> LDAPError {
        LDAPError(
            code, step: .resolve, operation: "resolve the host \(host)", reason: reason,
            remedy: code == .cancelled ? nil : "check the host name and this machine's DNS settings")
    }

    /// Joins the look-up that is under way or starts one.
    private func ask(_ host: String, _ promise: Promise<Answer>) -> Bool {
        if waiting[host] != nil {
            waiting[host]?.append(promise)
            return true
        }
        guard waiting.count < Self.maximumLookups else { return false }
        let lookup = lookup
        let started = DetachedThread.start {
            OpenLDAPLibrary.initialize()
            let answer: Answer
            do throws(ResolutionFailure) { answer = .success(try lookup(host)) } catch { answer = .failure(error) }
            LDAPExecutor.shared.execute { self.answered(host, answer) }
        }
        if started { waiting[host] = [promise] }
        return started
    }

    private func answered(_ host: String, _ answer: Answer) {
        if case .success(let addresses) = answer, !addresses.isEmpty { cache[host] = (addresses, .now) }
        for promise in waiting.removeValue(forKey: host) ?? [] { promise.fulfill(answer) }
    }
}
