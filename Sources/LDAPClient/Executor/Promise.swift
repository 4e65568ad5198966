/// A value that arrives once, with somebody who waits for it until a deadline or cancellation.
@LDAPActor
final class Promise<Value: Sendable> {
    /// Why there will be no value.
    enum Failure: Error {
        case timedOut
        case cancelled
    }

    private var outcome: Result<Value, Failure>?
    private var continuation: CheckedContinuation<Result<Value, Failure>, Never>?

    /// Whether nobody needs a value any more.
    var isSettled: Bool { outcome != nil }

    /// Settles the promise; only the first call counts.
    func fulfill(_ value: Value) { settle(.success(value)) }

    private func settle(_ result: Result<Value, Failure>) {
        guard outcome == nil else { return }
        outcome = result
        continuation?.resume(returning: result)
        continuation = nil
    }

    /// Waits for the value. To be called once.
    func value(until deadline: ContinuousClock.Instant) async throws(Failure) -> Value {
        if outcome == nil {
            LDAPExecutor.shared.reactor.schedule(at: deadline) { [weak self] in
                LDAPActor.assumeIsolated { self?.settle(.failure(.timedOut)) }
            }
        }
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if let outcome { continuation.resume(returning: outcome) } else { self.continuation = continuation }
            }
        } onCancel: {
            LDAPExecutor.shared.execute { self.settle(.failure(.cancelled)) }
        }
        return try result.get()
    }
}

extension Promise.Failure {
    /// The code under which callers see it.
    var code: LDAPError.Code {
        switch self {
        case .timedOut: .timedOut
        case .cancelled: .cancelled
        }
    }
}
