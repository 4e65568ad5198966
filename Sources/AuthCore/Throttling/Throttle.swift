public import Foundation
public import Logging
import Synchronization

/// Slows down whoever guesses, before a backend is asked.
///
/// Each attempt draws on two budgets, and both must allow it: that of the client's address, and that of the name. **The name's is split**, so
/// that nobody can lock its owner out by guessing from afar: a device or address from which somebody came in by the name within the last 90
/// days has a budget of its own, and all the others share one, the strangers'. However many addresses somebody guesses from, the owner's own
/// device never notices. A device that presents the ``AuthenticationContext/deviceID`` it had then also does not draw on its address's budget,
/// which others in the same house may have used up.
///
/// Names are compared folded (``LoginName/folded``), and one that nobody has is treated as any other. A success gives nothing back to others,
/// and clears nothing: whoever has one account cannot use it to go on guessing at another. An outage costs nothing.
///
/// Decisions are made in memory, in constant work and one read. Failures are written behind by ``run(interval:sleep:)``, in one transaction for
/// each interval with at most ``maximumRows`` budgets, and are there again after a restart; a crash loses those of the last interval. Several
/// processes on one store learn of each other's failures when they write their own.
public final class Throttle: Sendable {
    /// The most budgets that are written at a time. Under a storm the most used up are.
    public static let maximumRows = 2000
    /// How many devices are known of a person, those last seen.
    public static let maximumDevices = 16
    /// For how long a device is known.
    static let deviceMemory: TimeInterval = 90 * 86_400
    /// How often that is written down.
    private static let deviceInterval: TimeInterval = 86_400

    private let store: any ThrottleStore
    private let settings: ThrottleSettings
    private let logger: Logger
    private let now: @Sendable () -> Date
    private let state: Mutex<ThrottleState>
    private let isLoaded = Atomic(false)

    /// A throttle.
    /// - Parameters:
    ///   - store: Where failures are kept.
    ///   - settings: How many attempts may fail.
    ///   - logger: Hears of batches that could not be written.
    ///   - now: The wall clock.
    public init(
        store: any ThrottleStore, settings: ThrottleSettings = ThrottleSettings(),
        logger: Logger = Logger(label: "auth.throttle"), now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.store = store
        self.settings = settings
        self.logger = logger
        self.now = now
        self.state = Mutex(ThrottleState(settings))
    }

    // MARK: Attempts

    /// Decides whether an attempt is made.
    /// - Returns: A ticket to be settled, whatever happens; or when to come back.
    public func admit(_ credentials: any Credentials, context: AuthenticationContext) async -> ThrottleDecision {
        guard credentials.canBeGuessed else { return .admitted(ThrottleTicket(charges: [], devices: [])) }
        await loadOnce()
        let time = now()
        let block = context.clientAddress.map { AddressBlock($0) }
        var charges: [ThrottleState.Charge] = []
        var devices: [KnownDevice] = []
        var isKnownDevice = false
        if let name = credentials.loginName {
            // What could be guessed, or is empty because nothing was presented, is no device.
            let id = context.deviceID.flatMap { $0.utf8.count < AuthenticationContext.minimumDeviceIDLength ? nil : $0 }
            let byID = id.map { ThrottleKey.device($0, name) }
            let byAddress = block.map { ThrottleKey.device($0, name) }
            let present = [byID, byAddress].compactMap { $0 }
            let known = await known(among: present, at: time)
            let person = ThrottleKey.strangers(name)
            devices = present.filter { known[$0].map { time.timeIntervalSince($0) >= Self.deviceInterval } ?? true }
                .map { KnownDevice(key: $0, person: person, seen: time) }
            isKnownDevice = byID.map { known[$0] != nil } ?? false
            if let device = present.first(where: { known[$0] != nil }) {
                charges.append(ThrottleState.Charge(key: device, kind: .knownDevice))
            } else {
                charges.append(ThrottleState.Charge(key: person, kind: .strangers))
            }
        }
        if let block, !isKnownDevice {
            charges.append(ThrottleState.Charge(key: .address(block), kind: .address))
        }
        if let refusal = state.withLock({ $0.begin(charges, at: time.microseconds) }) { return .refused(refusal) }
        return .admitted(ThrottleTicket(charges: charges, devices: devices))
    }

    /// Says how a login ended. Once for each ticket. Everything but a success and an outage is a failure.
    public func settle(_ ticket: ThrottleTicket, _ outcome: AuthenticationOutcome) {
        switch outcome {
        case .authenticated: settle(ticket, as: .succeeded)
        case .unavailable: settle(ticket, as: .undecided)
        case .notFound, .rejected, .denied: settle(ticket, as: .failed)
        }
    }

    /// Says how an attempt of another kind ended, such as a change of a password with the old one. Once for each ticket.
    public func settle(_ ticket: ThrottleTicket, as end: ThrottledEnd) {
        let time = now().microseconds
        state.withLock { state in
            state.end(ticket.charges, failed: end == .failed, at: time)
            guard end == .succeeded else { return }
            for device in ticket.devices { state.newDevices[device.key] = device }
        }
    }

    private func known(among keys: [ThrottleKey], at time: Date) async -> [ThrottleKey: Date] {
        // Where the store cannot say, everybody is a stranger. The chain, which needs the store, will say that it is down.
        var known = (try? await store.knownDevices(among: keys)) ?? [:]
        state.withLock { state in
            for key in keys { if let device = state.newDevices[key] { known[key] = device.seen } }
        }
        return known.filter { time.timeIntervalSince($0.value) < Self.deviceMemory }
    }

    // MARK: The store

    /// Learns what was known before this process began, with the first attempt. Until the store answers, each attempt asks again.
    private func loadOnce() async {
        guard !isLoaded.load(ordering: .acquiring) else { return }
        let time = now().microseconds
        do {
            let budgets = try await store.throttleBudgets(notWholeAt: time, limit: settings.maximumBudgets)
            state.withLock { $0.learn(budgets, at: time) }
            isLoaded.store(true, ordering: .releasing)
        } catch {
            logger.warning("Former failures could not be read", metadata: ["error": "\(error)"])
        }
    }

    /// Writes what waits, in one transaction; nothing where nothing waits. What cannot be written goes on waiting.
    public func flush() async throws {
        let batch = state.withLock { $0.takeBatch(limit: Self.maximumRows) }
        if batch.isEmpty { return }
        do {
            let budgets = try await store.recordThrottling(batch, keepingDevices: Self.maximumDevices)
            state.withLock { $0.written(batch, budgets) }
        } catch {
            state.withLock { $0.putBack(batch) }
            throw error
        }
    }

    /// Forgets what means nothing any more, here and in the store.
    public func trim() async throws {
        let time = now()
        state.withLock { $0.forgetWhole(at: time.microseconds) }
        try await store.trimThrottling(
            wholeAt: time.microseconds, devicesSeenBefore: time - Self.deviceMemory, maximum: settings.maximumBudgets)
    }

    /// Writes at each interval and forgets each minute, until the task is cancelled; and writes once more then.
    /// - Parameters:
    ///   - interval: The time between two batches. Default: 1 s.
    ///   - sleep: Waits; a test puts its own clock here.
    public func run(
        interval: Duration = .seconds(1),
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) async {
        var untilTrimming: Duration = .seconds(60)
        repeat {
            try? await sleep(interval)
            untilTrimming -= interval
            let isTrimming = untilTrimming <= .zero
            if isTrimming { untilTrimming = .seconds(60) }
            // In a task of its own: the last batch is written although this one was cancelled.
            await Task { await work(isTrimming: isTrimming) }.value
        } while !Task.isCancelled
    }

    private func work(isTrimming: Bool) async {
        do {
            try await flush()
            if isTrimming { try await trim() }
        } catch {
            logger.warning("Failed attempts could not be written and are kept", metadata: ["error": "\(error)"])
        }
    }

    /// How many budgets are remembered.
    var budgetCount: Int { state.withLock { $0.buckets.count } }
}

extension Date {
    /// Microseconds since 1970.
    var microseconds: Int64 { Int64((timeIntervalSince1970 * 1_000_000).rounded()) }
}
