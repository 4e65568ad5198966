internal import CoreMetrics

/// What one client measures; see ``LDAPMetricName``. Handlers are made once and kept.
@LDAPActor
final class LDAPMetrics {
    private struct Operation: Hashable {
        var server: LDAPURL
        var step: LDAPStep
    }

    /// Everything about one operation at one server.
    private struct Series {
        var timer: Timer
        var counters: [LDAPError.Code?: Counter] = [:]
    }

    private let client: String
    private nonisolated let factory: any MetricsFactory
    private var series: [Operation: Series] = [:]
    private var breakers: [LDAPURL: Meter] = [:]
    private var certificates: [LDAPURL: Meter] = [:]

    /// `nil` where nobody wants numbers, so that none are gathered.
    nonisolated init?(client: String, factory: any MetricsFactory) {
        guard !(factory is NOOPMetricsHandler) else { return nil }
        self.client = client
        self.factory = factory
    }

    /// An operation ended.
    func record(_ step: LDAPStep, at server: LDAPURL, _ code: LDAPError.Code?, _ duration: Duration) {
        let operation = Operation(server: server, step: step)
        let code = code == LDAPError.Code(resultCode: 0) ? nil : code
        if series[operation] == nil {
            let dimensions = [("client", client), ("server", "\(server)"), ("operation", step.rawValue)]
            series[operation] = Series(
                timer: Timer(label: LDAPMetricName.duration, dimensions: dimensions, factory: factory))
        }
        let (seconds, attoseconds) = duration.components
        series[operation]?.timer.recordNanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
        if let counter = series[operation]?.counters[code] { return counter.increment() }
        // A server can make up result codes; they must not make up series. The first one of them makes the handler.
        let key = code.flatMap { $0.text == nil ? LDAPError.Code(resultCode: -1000) : $0 }
        if let counter = series[operation]?.counters[key] { return counter.increment() }
        let result = code.map { $0.text?.name ?? "other" } ?? "success"
        let counter = Counter(
            label: LDAPMetricName.operations,
            dimensions: [
                ("client", client), ("server", "\(server)"), ("operation", step.rawValue), ("result", result),
            ], factory: factory)
        series[operation]?.counters[key] = counter
        counter.increment()
    }

    /// A server's breaker has this state.
    func breaker(of server: LDAPURL, is state: Breaker.State) {
        let meter = breakers[server] ?? meter(LDAPMetricName.breaker, of: server)
        breakers[server] = meter
        switch state {
        case .closed: meter.set(0)
        case .probing: meter.set(1)
        case .open: meter.set(2)
        }
    }

    /// The certificate that a server showed expires then.
    func certificate(of server: LDAPURL, expiresAt time: DirectoryTime) {
        let meter = certificates[server] ?? meter(LDAPMetricName.certificateExpiry, of: server)
        certificates[server] = meter
        meter.set(Double(time.secondsSince1970))
    }

    private func meter(_ label: String, of server: LDAPURL) -> Meter {
        Meter(label: label, dimensions: [("client", client), ("server", "\(server)")], factory: factory)
    }

    /// The numbers of one pool.
    nonisolated func pool(_ purpose: ConnectionPool.Purpose) -> PoolMetrics {
        PoolMetrics(client: client, pool: purpose.rawValue, factory: factory)
    }
}

/// How many connections of a pool do what, and how many callers wait.
@LDAPActor
final class PoolMetrics {
    private let inUse: Meter
    private let idle: Meter
    private let opening: Meter
    private let waiting: Meter
    private var last = PoolState.Counts()

    nonisolated init(client: String, pool: String, factory: any MetricsFactory) {
        func connections(_ state: String) -> Meter {
            Meter(
                label: LDAPMetricName.connections, dimensions: [("client", client), ("pool", pool), ("state", state)],
                factory: factory)
        }
        inUse = connections("in_use")
        idle = connections("idle")
        opening = connections("opening")
        waiting = Meter(
            label: LDAPMetricName.waiting, dimensions: [("client", client), ("pool", pool)], factory: factory)
    }

    func update(_ counts: PoolState.Counts) {
        if counts.inUse != last.inUse { inUse.set(counts.inUse) }
        if counts.idle != last.idle { idle.set(counts.idle) }
        if counts.opening != last.opening { opening.set(counts.opening) }
        if counts.waiting != last.waiting { waiting.set(counts.waiting) }
        last = counts
    }
}
