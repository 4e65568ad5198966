/// Watches the steps of one call, for people who want to see them.
///
/// ```swift
/// let trace = LDAPTrace { print($0.step, $0.server, $0.duration) }
/// try await client.search(request, trace: trace)
/// ```
public struct LDAPTrace: Sendable {
    /// One step that ended.
    public struct Event: Sendable {
        /// The server it was taken with.
        public var server: LDAPURL
        /// The step.
        public var step: LDAPStep
        /// What it was about: an address, a DN, a filter. Never a password.
        public var detail: String
        /// How long it took.
        public var duration: Duration
        /// The result code, if a server sent one.
        public var resultCode: Int32?
        /// The server's words, if there were any.
        public var diagnosticMessage: String?
        /// How many entries a search returned; `nil` for other steps.
        public var entryCount: Int?
        /// What failed; `nil` if the step was taken. A refused bind is an answer and no failure.
        public var error: LDAPError?
    }

    private let report: (@Sendable (Event) -> Void)?
    /// Where the steps are counted.
    let metrics: LDAPMetrics?

    /// Creates a trace.
    ///
    /// - Parameter report: Called after each step, on the client's executor: it must not block.
    public init(_ report: @escaping @Sendable (Event) -> Void) {
        self.report = report
        metrics = nil
    }

    /// A trace that also measures.
    init(_ trace: LDAPTrace?, metrics: LDAPMetrics) {
        report = trace?.report
        self.metrics = metrics
    }

    func callAsFunction(_ event: @autoclosure () -> Event) {
        report?(event())
    }
}

extension Optional where Wrapped == LDAPTrace {
    /// Takes a step and reports how it went; without a trace it is only taken.
    @LDAPActor
    func step<Value>(
        _ step: LDAPStep, _ server: LDAPURL, _ detail: @autoclosure () -> String,
        result: (Value) -> (code: Int32?, text: String?, entries: Int?) = { _ in (nil, nil, nil) },
        _ body: @LDAPActor () async throws(LDAPError) -> Value
    ) async throws(LDAPError) -> Value {
        let start = self.start
        do throws(LDAPError) {
            let value = try await body()
            taken(step, server, detail(), since: start) { result(value) }
            return value
        } catch {
            failed(step, server, detail(), since: start, error)
            throw error
        }
    }

    /// When a step begins, if anybody wants to know how long it takes.
    var start: ContinuousClock.Instant? {
        self == nil ? nil : .now
    }

    /// Reports a step that was taken.
    @LDAPActor
    func taken(
        _ step: LDAPStep, _ server: LDAPURL, _ detail: @autoclosure () -> String, since start: ContinuousClock.Instant?,
        _ result: () -> (code: Int32?, text: String?, entries: Int?)
    ) {
        guard let self, let start else { return }
        let (code, text, entries) = result()
        let duration = start.duration(to: .now)
        self.metrics?.record(step, at: server, code.map { LDAPError.Code(resultCode: $0) }, duration)
        self(
            LDAPTrace.Event(
                server: server, step: step, detail: detail(), duration: duration, resultCode: code,
                diagnosticMessage: text, entryCount: entries, error: nil))
    }

    /// Reports a step that failed.
    @LDAPActor
    func failed(
        _ step: LDAPStep, _ server: LDAPURL, _ detail: @autoclosure () -> String, since start: ContinuousClock.Instant?,
        _ error: LDAPError
    ) {
        guard let self, let start else { return }
        let duration = start.duration(to: .now)
        self.metrics?.record(step, at: server, error.code, duration)
        self(
            LDAPTrace.Event(
                server: server, step: step, detail: detail(), duration: duration, resultCode: error.resultCode,
                diagnosticMessage: error.diagnosticMessage, entryCount: nil, error: error))
    }
}
