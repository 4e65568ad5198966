import Synchronization

/// Collects what is to be said about one attempt: each step, warnings, explanations.
///
/// Put one into the context to get the whole story. Without one the chain puts in one of its own that keeps no steps, so that warnings and
/// explanations reach the report all the same.
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

    /// Whether steps are kept: then it is worth something to take them one by one and to tell of each.
    public let keepsSteps: Bool

    private let storage: Storage
    private let backend: String?

    /// An empty trace.
    /// - Parameter keepsSteps: Whether steps are kept, beside warnings and explanations. Default: `true`.
    public convenience init(keepsSteps: Bool = true) {
        self.init(Storage(), keepsSteps: keepsSteps, backend: nil)
    }

    private init(_ storage: Storage, keepsSteps: Bool, backend: String?) {
        self.storage = storage
        self.keepsSteps = keepsSteps
        self.backend = backend
    }

    /// The same trace, for one backend: what is explained through it is that backend's explanation. The chain hands these out.
    func scoped(to backend: String) -> AuthenticationTrace {
        AuthenticationTrace(storage, keepsSteps: keepsSteps, backend: backend)
    }

    /// Adds a step, if steps are kept.
    public func record(_ step: @autoclosure () -> AuthenticationStep) {
        guard keepsSteps else { return }
        let step = step()
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
