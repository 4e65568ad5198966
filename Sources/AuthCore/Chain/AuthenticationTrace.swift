import Synchronization

/// Collects the steps of one attempt. Put one into the context to get the whole story; leave it out and nothing is collected.
public final class AuthenticationTrace: Sendable {
    private struct Collected {
        var steps: [AuthenticationStep] = []
        var warnings: [String] = []
        var explanations: [(backend: String?, text: String)] = []
    }

    /// What all scopes of one trace write into.
    private final class Storage: Sendable {
        let collected = Mutex(Collected())
    }

    private let storage: Storage
    private let backend: String?

    /// An empty trace.
    public init() {
        storage = Storage()
        backend = nil
    }

    private init(_ storage: Storage, backend: String) {
        self.storage = storage
        self.backend = backend
    }

    /// The same trace, for one backend: what is explained through it is that backend's explanation. The chain hands these out.
    func scoped(to backend: String) -> AuthenticationTrace {
        AuthenticationTrace(storage, backend: backend)
    }

    /// Adds a step.
    public func record(_ step: AuthenticationStep) {
        storage.collected.withLock { $0.steps.append(step) }
    }

    /// Adds something an administrator should know.
    public func warn(_ warning: String) {
        storage.collected.withLock { $0.warnings.append(warning) }
    }

    /// Says exactly why a backend answers as it does. Of several explanations of one backend the last stands.
    public func explain(_ explanation: String) {
        storage.collected.withLock { collected in
            collected.explanations.removeAll { $0.backend == backend }
            collected.explanations.append((backend, explanation))
        }
    }

    /// The steps so far, in the order they were recorded.
    public var steps: [AuthenticationStep] { storage.collected.withLock { $0.steps } }

    /// The warnings so far.
    public var warnings: [String] { storage.collected.withLock { $0.warnings } }

    /// How a backend explained its answer; with `nil`, what all of them said, one after the other.
    public func explanation(of backend: String?) -> String? {
        let texts = storage.collected.withLock { collected in
            collected.explanations.filter { backend == nil || $0.backend == backend }.map(\.text)
        }
        return texts.isEmpty ? nil : texts.joined(separator: " ")
    }
}
